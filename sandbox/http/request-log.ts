import { isUuid } from '../lib/check-digits.ts';

/** The three hosts of the sandbox. */
export type HostName = 'idcloud' | 'api' | 'identity';

/** A request that reached the sandbox. */
export type SandboxRequest = {
  host: HostName;
  method: string;
  /** Without the query, and without any segment that could be the number of a person. */
  path: string;
  /** 0 while the request is in flight, and when the connection was cut. */
  status: number;
};

const MAX_REQUESTS = 1000;

/** The last requests in the order of their arrival. */
export class RequestLog {
  /** The same array for the whole life of the log. */
  readonly requests: SandboxRequest[] = [];

  /** Adds a request that has just arrived. The listener sets `status` of the returned entry. */
  add({ host, method, path }: Omit<SandboxRequest, 'status'>): SandboxRequest {
    const entry = { host, method, path: redactPath(path), status: 0 };
    this.requests.push(entry);
    if (this.requests.length > MAX_REQUESTS) this.requests.shift();
    return entry;
  }
}

const KNOWN_SEGMENTS = new Set([
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

/** A caller that mistakes a CPF for a process id puts it into the path. */
function redactPath(path: string): string {
  return path
    .split('/')
    .map((segment) => (KNOWN_SEGMENTS.has(segment) || isUuid(segment) ? segment : '*'))
    .join('/');
}
