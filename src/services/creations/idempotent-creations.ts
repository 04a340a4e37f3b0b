import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { IdempotencyKey } from '../../domain/idempotency-key.ts';
import type { ProcessCreation } from '../../domain/process-creation.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { Process, ProcessSource } from '../../domain/process.ts';
import { unreachable } from '../../lib/unreachable.ts';
import { userError, type UserError } from '../../domain/user-error.ts';
import { EncryptedCollection } from '../../storage/encrypted-collection.ts';
import { MAX_TTL_MS, StoreUnavailable, type Store } from '../../storage/store.ts';
import type { Encryptor } from '../../storage/encryption/encryptor.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { createDurableWriter } from './durable-write.ts';

/**
 * What is remembered of a creation under its idempotency key. No input is: only a fingerprint, which tells whether
 * another input is the same and from which nothing can be had.
 */
type CreationRecord =
  /** It was begun. After `until` (milliseconds since the epoch) nobody is at it any more, and its outcome is unknown. */
  | { state: 'in-flight'; fingerprint: string; until: number }
  | { state: 'done'; fingerprint: string; id: ProcessId; source: ProcessSource }
  | { state: 'unknown'; fingerprint: string };

/** What became of a creation. */
export type CreationResult =
  | { kind: 'created'; process: Process }
  /** It was created under this key before. `process` is there where that was only just now. */
  | { kind: 'replayed'; id: ProcessId; source: ProcessSource; process: Process | null }
  /** Nothing was created, for a reason that lies in the key. */
  | { kind: 'key-problem'; problem: UserError }
  /** Nothing was sent, because of the input. */
  | { kind: 'input-problems'; problems: UserError[] };

/** For how long a key is remembered; Unico's own records of a process are searched by then. */
const KEPT_MS = MAX_TTL_MS;

/** How much longer than its operation a creation is taken to be under way: clocks of replicas differ. */
const GRACE_MS = 2_000;

/** How often a creation that another replica is at is looked after; one takes some 1,700 ms (upstream.md §2). */
const POLL_INTERVAL_MS = 50;

const FIELD = ['idempotencyKey'];

const UNKNOWN_BEFORE =
  'a creation was sent under this key before, and nobody knows what became of it: the process may exist and be ' +
  'billed. Look for it in the portal of Unico before you create it under a new key';

const reused = (): UserError =>
  userError(
    'IDEMPOTENCY_KEY_REUSED',
    'this key was used for another input: take a new key for a new creation',
    {
      field: FIELD,
    },
  );

const unknownOutcome = (): UserError => userError('OUTCOME_UNKNOWN', UNKNOWN_BEFORE, { field: FIELD });

const keyInFlight = (): UserError =>
  userError(
    'IDEMPOTENCY_KEY_IN_FLIGHT',
    'a creation under this key is under way, and took longer than there was time to wait: ask again with the same key',
    { field: FIELD, retryable: true, retryAfterSeconds: 1 },
  );

const storeUnavailable = (): UserError =>
  userError(
    'IDEMPOTENCY_UNAVAILABLE',
    'what guards against creating twice can not be reached, so nothing was created: try again with the same key',
    { retryable: true, retryAfterSeconds: 1 },
  );

function keyProblem(problem: UserError): CreationResult {
  return { kind: 'key-problem', problem };
}

/**
 * Tells inputs apart, in a few bytes: they may have images of many megabytes, and are looked at again and again. Another
 * digest of the same input would make every key that was used before one that was used for another input.
 */
function digestOf(input: ProcessCreation): string {
  const hash = createHash('sha256');
  for (const piece of canonicalJson(input)) hash.update(piece);
  return hash.digest('base64');
}

/** Creations, each made once for its key. */
export type IdempotentCreations = {
  /**
   * Creates, unless that was done under the key before. `check` says what is to be mended before anything is sent;
   * `send` sends once. Throws what `send` throws.
   */
  create(
    creation: { idempotencyKey: IdempotencyKey; input: ProcessCreation },
    check: () => UserError[],
    send: () => Promise<Process>,
    callOptions: CallOptions,
  ): Promise<CreationResult>;
  /** Waits until every outcome is written. */
  flush(): Promise<void>;
};

type Running = { digest: string; outcome: Promise<CreationResult> };

/**
 * Remembers creations in `store`, which has to throw what goes wrong: without its guard nothing is created.
 * `outcomeLost` is told of an outcome that could not be written down: its key is of unknown outcome from then on.
 */
export function createIdempotentCreations(
  store: Store,
  encryptor: Encryptor,
  outcomeLost: () => void = () => {},
): IdempotentCreations {
  const collection = new EncryptedCollection<CreationRecord>(store, encryptor, {
    kind: 'creation.1',
    durability: 'durable',
  });
  /** The creations of this replica: who asks for the same shares the outcome, whatever it is. */
  const running = new Map<IdempotencyKey, Running>();
  // What stays in flight because it could never be written is of unknown outcome when its time is over.
  const outcomes = createDurableWriter(outcomeLost);

  /** What a record that is there says to one who asks with an input; `null` while it is in flight. */
  function readRecord(record: CreationRecord, digest: string): CreationResult | null {
    if (!encryptor.matches(record.fingerprint, digest)) return keyProblem(reused());
    switch (record.state) {
      case 'done':
        return { kind: 'replayed', id: record.id, source: record.source, process: null };
      case 'unknown':
        return keyProblem(unknownOutcome());
      case 'in-flight':
        return Date.now() > record.until ? keyProblem(unknownOutcome()) : null;
      default:
        return unreachable(record, 'record of a creation');
    }
  }

  /** Waits for a creation that another replica is at. `null` when its key is free again. */
  async function waitFor(
    key: IdempotencyKey,
    digest: string,
    { signal }: CallOptions,
  ): Promise<CreationResult | null> {
    for (;;) {
      const record = await collection.get(key);
      if (record === null) return null;
      const outcome = readRecord(record, digest);
      if (outcome !== null) return outcome;
      if (signal.aborted) return keyProblem(keyInFlight());
      await sleep(POLL_INTERVAL_MS);
    }
  }

  /** Sends what has its key claimed, and writes down what came of it; `free` gives the key back. */
  async function sendOnce(
    key: IdempotencyKey,
    fingerprint: string,
    send: () => Promise<Process>,
    free: () => Promise<void>,
  ): Promise<CreationResult> {
    let process: Process;
    try {
      process = await send();
    } catch (error) {
      const nothingSent = error instanceof UpstreamFailure && !error.mayHaveHappened;
      await outcomes.write(
        nothingSent ? free : () => collection.set(key, { state: 'unknown', fingerprint }, KEPT_MS),
      );
      throw error;
    }
    const { id, source } = process;
    await outcomes.write(() => collection.set(key, { state: 'done', fingerprint, id, source }, KEPT_MS));
    return { kind: 'created', process };
  }

  async function createOnce(
    key: IdempotencyKey,
    digest: string,
    check: () => UserError[],
    send: () => Promise<Process>,
    callOptions: CallOptions,
  ): Promise<CreationResult> {
    const before = await waitFor(key, digest, callOptions);
    if (before !== null) return before;
    const problems = check();
    if (problems.length > 0) return { kind: 'input-problems', problems };
    const fingerprint = encryptor.fingerprint(digest);
    const until = callOptions.deadline + GRACE_MS;
    const claim = collection.add(key, { state: 'in-flight', fingerprint, until }, KEPT_MS);
    const there = await claim.existing.catch((error: unknown) => {
      // It may have been written all the same, and nothing will be sent: then the key must not stay taken.
      outcomes.writeInBackground(claim.release);
      throw error;
    });
    // Another replica was faster: what it does is waited for.
    if (there !== null) return createOnce(key, digest, check, send, callOptions);
    return sendOnce(key, fingerprint, send, claim.release);
  }

  /** What a creation of this replica comes to for another caller of the same key. */
  async function joinRunning({ digest: first, outcome }: Running, digest: string): Promise<CreationResult> {
    if (first !== digest) return keyProblem(reused());
    const created = await outcome;
    if (created.kind !== 'created') return created;
    const { process } = created;
    return { kind: 'replayed', id: process.id, source: process.source, process };
  }

  return {
    async create({ idempotencyKey, input }, check, send, callOptions) {
      const digest = digestOf(input);
      const same = running.get(idempotencyKey);
      if (same !== undefined) return joinRunning(same, digest);
      const outcome = createOnce(idempotencyKey, digest, check, send, callOptions).catch((error: unknown) => {
        if (error instanceof StoreUnavailable) return keyProblem(storeUnavailable());
        throw error;
      });
      running.set(idempotencyKey, { digest, outcome });
      try {
        return await outcome;
      } finally {
        running.delete(idempotencyKey);
      }
    },
    flush: () => outcomes.flush(),
  };
}
