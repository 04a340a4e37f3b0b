import { isUuid } from '../lib/check-digits.ts';

export type SandboxRequest = {
  host: 'idcloud' | 'api' | 'identity';
  method: string;
  /** Without the query, and without any segment that could be somebody's number. */
  path: string;
  /** 0 while it is being answered, and when the connection was cut. */
  status: number;
};

const limit = 1000;

/** The last requests in the order of their arrival. */
export function createRequestLog() {
  const requests: SandboxRequest[] = [];
  return {
    requests,
    arrivedAt: (host: SandboxRequest['host']) => (method: string, path: string) => {
      const entry = { host, method, path: withoutPersonalData(path), status: 0 };
      requests.push(entry);
      if (requests.length > limit) requests.shift();
      return (status: number) => {
        entry.status = status;
      };
    },
  };
}

const knownSegments = new Set([
  '',
  'oauth2',
  'token',
  'client',
  'v1',
  'process',
  'document',
  'processes',
  'documents',
  'abc-123',
]);

/** Whoever mistakes a CPF for a process id puts it into the path. */
function withoutPersonalData(path: string): string {
  return path
    .split('/')
    .map((segment) => (knownSegments.has(segment) || isUuid(segment) ? segment : '*'))
    .join('/');
}
