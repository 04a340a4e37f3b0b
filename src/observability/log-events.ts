import type { FailureKind } from '../domain/upstream-failure.ts';

/**
 * Everything that the program logs: `event` says what happened, and the other fields describe it. Operators search by
 * these names and values; docs/operating.md lists them.
 */
export type LogEvent =
  | { event: 'listening'; url: string; environment: string }
  | { event: 'stopping'; signal: string }
  | { event: 'stopped' }
  /** A signal came that the program does not act on. */
  | { event: 'signal-ignored'; signal: string }
  /** Something that must not happen, such as an exception without a handler. */
  | Fault
  /**
   * Calls of one operation to Unico failed, retries included: `count` of them alike. `upstreamCode` is Unico's own, and
   * `variable` configures the credential that was refused.
   */
  | {
      event: 'failure';
      kind: FailureKind;
      message: string;
      count: number;
      upstreamCode?: string;
      variable?: string;
    }
  /** One attempt of a call got no usable response; `call` is the endpoint's template. */
  | { event: 'upstream'; call: string; status: number | null; seconds: number }
  /** The quota left no slot for `count` calls in ten seconds; `clients`: who sent the most of them, and how many. */
  | { event: 'rate-limited'; count: number; clients: readonly string[] }
  /** The circuit breaker of an endpoint opened or closed; `call` is the endpoint's template. */
  | { event: 'circuit'; host: string; call: string; open: boolean }
  /** The store began to fail (`trouble` has the reason), or works again. */
  | { event: 'store'; trouble?: string }
  /** The store has no record of earlier creations, serves one replica only, or its loss of data is accepted. */
  | { event: 'store-note' }
  /** The keys that verify tokens became unavailable (`trouble` has the reason), or are available again. */
  | { event: 'caller-keys'; trouble?: string }
  | { event: 'capabilities'; variable: string }
  /** The outcome of a creation could not be stored. */
  | { event: 'outcome-lost' }
  /**
   * It is unknown whether a creation was carried out and billed. `key` and `reference` are the pseudonyms of its
   * idempotency key and `clientReference`.
   */
  | { event: 'outcome-unknown'; key: string; reference: string | null; client: string | null }
  /** The reader of the log had stalled, and has missed `count` lines. */
  | { event: 'log-dropped'; count: number }
  /** Requests are accepted without authentication. */
  | { event: 'open-door' }
  | ({ caller: string } & AuditEvent);

/** What a caller did that a data subject may have to be informed of. Names of fields, never a value. */
export type AuditEvent =
  /**
   * The caller got personal fields, such as `Person.duiValue`. `process` is `null` where the documents of a CPF were
   * looked up, which belong to no process.
   */
  | { event: 'personal-read'; process: string | null; fields: readonly string[] }
  /** The caller had the stored data of a process erased. */
  | { event: 'forgotten'; process: string };

/** A description of a fault without its message, which may quote a value. */
export type Fault = { event: 'fault'; name: string; frames: readonly string[] };

/** The names of all fields of all events. */
export type LogField = LogEvent extends infer Event ? (Event extends unknown ? keyof Event : never) : never;
