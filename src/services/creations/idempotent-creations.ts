import { setTimeout as sleep } from 'node:timers/promises';
import { raceAbort, type CallOptions } from '../../domain/call-options.ts';
import type { Owner } from '../../domain/caller.ts';
import type { IdempotencyKey } from '../../domain/idempotency-key.ts';
import { sourceOfCreation, type ProcessCreation, validateContract } from '../../domain/process-creation.ts';
import type { ProcessId } from '../../domain/process-id.ts';
import type { Process, ProcessSource } from '../../domain/process.ts';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { UserError } from '../../domain/user-error.ts';
import { unreachable } from '../../lib/unreachable.ts';
import { EncryptedCollection, type EntryClaim } from '../../storage/encrypted-collection.ts';
import type { Encryptor } from '../../storage/encryption/encryptor.ts';
import { MAX_TTL_MS, StoreLost, StoreUnavailable, type Store } from '../../storage/store.ts';
import type { UnicoClient } from '../../upstream/unico/client.ts';
import { digestOfCreation } from './creation-digest.ts';
import { creationRecordId } from './creation-record-id.ts';
import { DurableWriter } from './durable-writer.ts';
import { keyInFlight, keyReused, outcomeUnknown, storeLost, storeUnavailable } from './key-problems.ts';
import type { CreationPromise, RecordedPromises } from './recorded-promises.ts';

/** The input of a creation, the caller's key for it, and whom both belong to. */
export type Creation = { owner: Owner; idempotencyKey: IdempotencyKey; input: ProcessCreation };

/** The result of a creation. */
export type CreationResult =
  | { kind: 'created'; process: Process; promise: CreationPromise }
  /** An earlier request created the process under this key; `process` is set when it was still in flight here. */
  | { kind: 'replayed'; id: ProcessId; source: ProcessSource; process: Process | null }
  /** Nothing was created by this request, because of the key. */
  | { kind: 'key-problem'; problem: UserError }
  /** Nothing was sent, because of the input. */
  | { kind: 'input-problems'; problems: UserError[] };

/** What idempotent creations need. */
export type IdempotentCreationsOptions = {
  unico: Pick<UnicoClient, 'validateCreation' | 'createProcess'>;
  /** Must throw `StoreUnavailable` when it fails: without a claim in the store nothing is created. */
  store: Store;
  encryptor: Encryptor;
  promises: Pick<RecordedPromises, 'promiseOf' | 'record'>;
  /** The contracts in use; a creation in another contract is refused. */
  contracts: readonly ProcessSource[];
  /** Called when the outcome of a creation could not be stored: the outcome of its key is unknown from then on. */
  outcomeLost?: () => void;
};

/**
 * The record of a creation under its idempotency key: a store format. It contains no input, only a fingerprint of the
 * input's digest, which identifies the same input and reveals nothing.
 */
type CreationRecord =
  /** Started. After `until` (milliseconds since the epoch) no replica works on it, and its outcome is unknown. */
  | { state: 'in-flight'; fingerprint: string; until: number }
  | { state: 'done'; fingerprint: string; id: ProcessId; source: ProcessSource }
  | { state: 'unknown'; fingerprint: string };

/** How long a record is stored. After that time the outcome of a creation can only be found in Unico's own records. */
const RETENTION_MS = MAX_TTL_MS;

/** How long after its deadline a creation still counts as in flight, in milliseconds: the clocks of replicas differ. */
const GRACE_MS = 2_000;

/**
 * How often to look for the outcome of another replica, in milliseconds; a creation takes some 1,700 (upstream.md §2).
 */
const POLL_INTERVAL_MS = 50;

/** The caller's time is over before a promise is stored: the retries continue without it. */
const NO_LONGER_AWAITED = new Error('the promise is not stored in time');

function keyProblem(problem: UserError): CreationResult {
  return { kind: 'key-problem', problem };
}

/** A creation whose record has the id `recordId`. */
type IdentifiedCreation = Creation & { recordId: string };

/** A creation of this replica that is in flight. */
type RunningCreation = { digest: string; outcome: Promise<CreationResult> };

/** Creates processes, each once for its owner and idempotency key: over retries, restarts, crashes and replicas. */
export class IdempotentCreations {
  readonly #unico: IdempotentCreationsOptions['unico'];
  readonly #encryptor: Encryptor;
  readonly #promises: IdempotentCreationsOptions['promises'];
  readonly #contracts: readonly ProcessSource[];
  readonly #records: EncryptedCollection<CreationRecord>;
  /** By the id of the record: callers of this replica that use the key of a running creation share its outcome. */
  readonly #running = new Map<string, RunningCreation>();
  readonly #outcomes: DurableWriter;
  /** Releases of claims that the store reported as failed. Nothing was sent under them, so no outcome can be lost. */
  readonly #releases = new DurableWriter(() => {});

  constructor(options: IdempotentCreationsOptions) {
    const { unico, store, encryptor, promises, contracts, outcomeLost = () => {} } = options;
    this.#unico = unico;
    this.#encryptor = encryptor;
    this.#promises = promises;
    this.#contracts = contracts;
    this.#records = new EncryptedCollection<CreationRecord>(store, encryptor, {
      kind: 'creation.1',
      durability: 'durable',
    });
    // A record whose outcome could never be stored stays in flight; after its `until` the outcome is unknown.
    this.#outcomes = new DurableWriter(outcomeLost);
  }

  /**
   * Returns the outcome of an earlier request under the key; otherwise validates the input and sends the creation once.
   * Billable. Paths of input problems are below the input's form, such as `['subject', 'code']`. Throws
   * `UpstreamFailure`.
   */
  async create(creation: Creation, callOptions: CallOptions): Promise<CreationResult> {
    const recordId = creationRecordId(creation.owner, creation.idempotencyKey);
    const digest = digestOfCreation(creation.input);
    const running = this.#running.get(recordId);
    if (running !== undefined) return joinRunning(running, digest);
    const created = this.#createOnce({ ...creation, recordId }, digest, callOptions);
    const outcome = created.catch((error: unknown) => {
      if (error instanceof StoreLost) return keyProblem(storeLost());
      if (error instanceof StoreUnavailable) return keyProblem(storeUnavailable());
      throw error;
    });
    this.#running.set(recordId, { digest, outcome });
    try {
      return await outcome;
    } finally {
      this.#running.delete(recordId);
    }
  }

  /** Resolves when every outcome is stored and every failed claim released, or they could not be after all retries. */
  async flush(): Promise<void> {
    await Promise.all([this.#outcomes.flush(), this.#releases.flush()]);
  }

  async #createOnce(
    creation: IdentifiedCreation,
    digest: string,
    callOptions: CallOptions,
  ): Promise<CreationResult> {
    const { recordId, input } = creation;
    // The record comes first: a replay succeeds also when its input, such as an expired SDK token, is no longer valid.
    const earlier = await this.#earlierOutcome(creation, digest, callOptions);
    if (earlier !== null) return earlier;
    const problems = this.#validate(input);
    if (problems.length > 0) return { kind: 'input-problems', problems };
    const fingerprint = this.#encryptor.fingerprint(digest);
    // Other replicas compare it with their own clock, so it is a time of day.
    const leftMs = Math.max(0, Math.ceil(callOptions.deadline - performance.now()));
    const until = Date.now() + leftMs + GRACE_MS;
    const claim = await this.#claim(recordId, fingerprint, until);
    if (claim !== null) return this.#send(creation, { fingerprint, claim }, callOptions);
    // Another replica has claimed the key meanwhile: wait for its outcome. A damaged store may never find the record.
    if (callOptions.signal.aborted) return keyProblem(keyInFlight());
    await sleep(POLL_INTERVAL_MS);
    return this.#createOnce(creation, digest, callOptions);
  }

  #validate(input: ProcessCreation): UserError[] {
    const contractProblems = validateContract(sourceOfCreation(input), this.#contracts);
    return [...contractProblems, ...this.#unico.validateCreation(input)];
  }

  /** The outcome of an earlier creation under a key; waits while it is in flight. `null` when the key is free. */
  async #earlierOutcome(
    creation: IdentifiedCreation,
    digest: string,
    { signal }: CallOptions,
  ): Promise<CreationResult | null> {
    for (;;) {
      const record = (await this.#records.get(creation.recordId)) ?? (await this.#formerRecord(creation));
      if (record === null) return null;
      const outcome = this.#outcomeOf(record, digest);
      if (outcome !== null) return outcome;
      if (signal.aborted) return keyProblem(keyInFlight());
      await sleep(POLL_INTERVAL_MS);
    }
  }

  /**
   * The record of a key that was used before keys had owners: its id was the key alone. It counts for every caller, as
   * it did then, so that an upgrade bills nothing twice. Callers with an owner only read it; no replica of an older
   * version may run at the same time (docs/operating.md). Where all callers have one owner, it is the record itself.
   *
   * To be removed in a release more than `RETENTION_MS`, 30 days, after the first one with owners (CHANGELOG.md, the
   * one after 0.1.0): then all these records have expired.
   */
  async #formerRecord({ recordId, idempotencyKey }: IdentifiedCreation): Promise<CreationRecord | null> {
    return recordId === idempotencyKey ? null : this.#records.getOrReject(idempotencyKey);
  }

  /** The outcome that a record has for an input; `null` while its creation is in flight. */
  #outcomeOf(record: CreationRecord, digest: string): CreationResult | null {
    if (!this.#encryptor.matches(record.fingerprint, digest)) return keyProblem(keyReused());
    switch (record.state) {
      case 'done':
        return { kind: 'replayed', id: record.id, source: record.source, process: null };
      case 'unknown':
        return keyProblem(outcomeUnknown());
      case 'in-flight':
        return Date.now() > record.until ? keyProblem(outcomeUnknown()) : null;
      default:
        return unreachable(record, 'record of a creation');
    }
  }

  /** Claims a key for one creation; `null` when another replica has claimed it. Throws `StoreUnavailable`. */
  async #claim(
    recordId: string,
    fingerprint: string,
    until: number,
  ): Promise<EntryClaim<CreationRecord> | null> {
    const claim = this.#records.add(recordId, { state: 'in-flight', fingerprint, until }, RETENTION_MS);
    try {
      return (await claim.existing) === null ? claim : null;
    } catch (error) {
      // The store may have written the claim although it reported a failure. Nothing will be sent, so the key must
      // become free.
      void this.#releases.writeInBackground(() => claim.release());
      throw error;
    }
  }

  /** Sends a creation whose key is claimed, and stores the outcome. Frees the key only when nothing was created. */
  async #send(
    { recordId, input }: IdentifiedCreation,
    { fingerprint, claim }: { fingerprint: string; claim: EntryClaim<CreationRecord> },
    callOptions: CallOptions,
  ): Promise<CreationResult> {
    let process: Process;
    try {
      process = await this.#unico.createProcess(input, callOptions);
    } catch (error) {
      const notCreated = error instanceof UpstreamFailure && !error.mayHaveHappened;
      if (notCreated) await this.#outcomes.write(() => claim.release());
      else await this.#store(recordId, { state: 'unknown', fingerprint });
      throw error;
    }
    const { id, source } = process;
    const promise = this.#promises.promiseOf(input);
    // The promise comes first: a replay that finds the process must find what it promises.
    await this.#recordPromise(id, promise, callOptions);
    await this.#store(recordId, { state: 'done', fingerprint, id, source });
    return { kind: 'created', process, promise };
  }

  /**
   * Records a promise before anything tells the id of the process: without it another replica would judge the process
   * as made elsewhere. Waits for the retries of a failing store as long as the caller does; they continue afterwards.
   */
  async #recordPromise(id: ProcessId, promise: CreationPromise, { signal }: CallOptions): Promise<void> {
    const recording = this.#outcomes.writeWithRetries(() => this.#promises.record(id, promise));
    await raceAbort(recording, signal, () => NO_LONGER_AWAITED).catch((error: unknown) => {
      if (error !== NO_LONGER_AWAITED) throw error;
    });
  }

  #store(recordId: string, record: CreationRecord): Promise<void> {
    return this.#outcomes.write(() => this.#records.set(recordId, record, RETENTION_MS));
  }
}

/** The outcome of a running creation for another caller of its key. */
async function joinRunning(running: RunningCreation, digest: string): Promise<CreationResult> {
  if (running.digest !== digest) return keyProblem(keyReused());
  const result = await running.outcome;
  if (result.kind !== 'created') return result;
  const { process } = result;
  return { kind: 'replayed', id: process.id, source: process.source, process };
}
