import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../src/observability/metrics.ts';

describe('Metrics', () => {
  test('the series that alarms watch are present before anything has happened', async () => {
    const text = await new Metrics({ rejectionReasons: ['token', 'body'] }).render();
    for (const series of [
      'requests_refused_total{reason="token"} 0',
      'requests_refused_total{reason="body"} 0',
      'upstream_breaker_open{host="idcloud"} 0',
      'upstream_breaker_open{host="api"} 0',
      'upstream_breaker_open{host="identity"} 0',
      'store_trouble 0',
      'log_lines_dropped_total 0',
      'process_creations_total{outcome="OUTCOME_UNKNOWN"} 0',
      'process_creations_total{outcome="outcome-lost"} 0',
    ]) {
      expect(text).toContain(series);
    }
  });

  test('process reads are counted by source, and stay counted when they are rendered again', async () => {
    const metrics = new Metrics({ rejectionReasons: [] });
    for (const from of ['kept', 'kept', 'unico']) metrics.countRead(from);
    for (let i = 0; i < 2; i += 1) {
      const text = await metrics.render();
      expect(text).toContain('process_reads_total{from="kept"} 2');
      expect(text).toContain('process_reads_total{from="unico"} 1');
    }
  });

  test('an operation with errors counts as an error, and each of its errors by its code', async () => {
    const metrics = new Metrics({ rejectionReasons: [] });
    metrics.countOperation({
      type: 'query',
      errors: [{ extensions: { code: 'FORBIDDEN' } }, {}],
      ms: 1_500,
    });
    const text = await metrics.render();
    expect(text).toContain(
      'graphql_server_request_duration_seconds_sum{operation_type="query",outcome="error"} 1.5',
    );
    expect(text).toContain('graphql_server_errors_total{code="FORBIDDEN"} 1');
    expect(text).toContain('graphql_server_errors_total{code="undefined"} 1');
  });

  test('an operation whose mutation returned user errors is no success, and an error where it has one', async () => {
    const metrics = new Metrics({ rejectionReasons: [] });
    metrics.countOperation({ type: 'mutation', errors: [], ms: 500, hasUserErrors: true });
    metrics.countOperation({
      type: 'mutation',
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
      ms: 500,
      hasUserErrors: true,
    });
    metrics.countOperation({ type: 'mutation', errors: [], ms: 500, hasUserErrors: false });
    const text = await metrics.render();
    for (const outcome of ['user-error', 'error', 'success']) {
      const series = `{operation_type="mutation",outcome="${outcome}"} 1`;
      expect(text).toContain(`graphql_server_request_duration_seconds_count${series}`);
    }
  });

  test('an operation whose caller left is neither a success nor an error', async () => {
    const metrics = new Metrics({ rejectionReasons: [] });
    metrics.countCanceled('query', 500);
    const text = await metrics.render();
    const sum = 'graphql_server_request_duration_seconds_sum';
    expect(text).toContain(`${sum}{operation_type="query",outcome="canceled"} 0.5`);
    expect(text).not.toContain('outcome="error"');
    expect(text).not.toContain('graphql_server_errors_total{');
  });

  test('the attempts of upstream calls are counted by the class of their status', async () => {
    const metrics = new Metrics({ rejectionReasons: [] });
    for (const status of [200, 401, 403, 404, 503, null, 'canceled'] as const)
      metrics.observeUpstream({ name: 'GET a/{id}', status, seconds: 1 });
    const text = await metrics.render();
    for (const statusClass of ['2xx', '401', '403', '4xx', '5xx', 'none', 'canceled'])
      expect(text).toContain(
        `upstream_request_duration_seconds_count{endpoint="GET a/{id}",status_class="${statusClass}"} 1`,
      );
  });

  test('two servers in one process do not count together', async () => {
    const [one, other] = [
      new Metrics({ rejectionReasons: ['token'] }),
      new Metrics({ rejectionReasons: ['token'] }),
    ];
    one.countRejected('token');
    expect(await other.render()).toContain('requests_refused_total{reason="token"} 0');
  });
});
