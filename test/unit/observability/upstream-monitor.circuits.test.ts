import { expect, test } from 'vitest';
import { Metrics } from '../../../src/observability/metrics.ts';
import { UpstreamMonitor } from '../../../src/observability/upstream-monitor.ts';
import { startLog } from '../../support/log.ts';

const READ = 'GET client/v1/process/{id}';
const CREATION = 'POST client/v1/process';

test('upstream_breaker_open is 1 while any circuit of the host is open, and each change is logged with its call', async () => {
  const metrics = new Metrics({ rejectionReasons: [] });
  const { logger, lines } = startLog();
  const monitor = new UpstreamMonitor(metrics, logger, { report() {} });
  const values: string[] = [];
  const change = async (call: string, open: boolean): Promise<void> => {
    monitor.circuit({ host: 'idcloud', call, open });
    const text = await metrics.render();
    values.push(...(text.match(/(?<=upstream_breaker_open\{host="(idcloud|api)"\} )\d/g) ?? []));
  };
  await change(READ, true);
  await change(CREATION, true);
  await change(READ, false);
  await change(CREATION, false);
  expect(values).toEqual(['1', '0', '1', '0', '1', '0', '0', '0']);
  expect(lines().map(({ event, host, call, open }) => [event, host, call, open])).toEqual([
    ['circuit', 'idcloud', READ, true],
    ['circuit', 'idcloud', CREATION, true],
    ['circuit', 'idcloud', READ, false],
    ['circuit', 'idcloud', CREATION, false],
  ]);
});

test('upstream_breaker_open stays 1 while the circuit of one of two clients is open', async () => {
  const metrics = new Metrics({ rejectionReasons: [] });
  const monitor = new UpstreamMonitor(metrics, startLog().logger, { report() {} });
  const values: unknown[] = [];
  for (const open of [true, true, false, false]) {
    monitor.circuit({ host: 'idcloud', call: CREATION, open });
    values.push(/(?<=upstream_breaker_open\{host="idcloud"\} )\d/.exec(await metrics.render())?.[0]);
  }
  expect(values).toEqual(['1', '1', '1', '0']);
});
