import { randomUUID } from 'node:crypto';
import { Kind, parse } from 'graphql';
import { expect, onTestFinished } from 'vitest';
import { ALL_SCOPES_CALLER, scopesAmong, type Caller } from '../../src/domain/caller.ts';
import { readSdl } from '../../src/graphql/schema/sdl.ts';
import type { AuditEvent } from '../../src/observability/log-events.ts';
import * as s0 from '../fixtures/s0-get-idcloud-process.ts';
import * as s4 from '../fixtures/s4-get-reusable-documents.ts';
import { ABSENT_ID } from './bodies.ts';
import { startSubgraph, type Answer, type Subgraph, type SubgraphOptions } from './subgraph.ts';
import { unicoOf } from './unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from './upstream.ts';

/** A selection of something personal of a process, and the name of its field in the audit log. */
export type Personal = { selection: string; field: string };

/** Where a process has objects of a type; `$` is replaced by a field of theirs. */
const PLACES: Record<string, string[]> = {
  Process: ['$'],
  Person: ['person { $ }'],
  Document: ['documents { $ }', 'services { documents { $ } }'],
  ReusableDocument: ['reusableDocuments(type: BR_CNH) { $ }'],
};

/** Every field that the schema tags as personal, in every place where a process has it. A new type needs a row in `PLACES`. */
function personalIn(sdl: string): Personal[] {
  return parse(sdl).definitions.flatMap((type) => {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION || type.name.value === 'Query') return [];
    const tagged = (type.fields ?? []).filter(({ directives = [] }) =>
      directives.some(
        ({ name, arguments: given = [] }) =>
          name.value === 'tag' &&
          given.some(({ value }) => value.kind === Kind.STRING && value.value === 'pii'),
      ),
    );
    return tagged.flatMap(({ name: { value: name } }) => {
      const field = `${type.name.value}.${name}`;
      // The fields of its type are selected instead.
      if (field === 'Process.reusableDocuments') return [];
      const places = PLACES[type.name.value];
      if (places === undefined) throw new Error(`no place of ${type.name.value} is known`);
      return places.map((place) => ({
        selection: place.replace('$', name),
        // A lookup is recorded by the field that was looked up.
        field: type.name.value === 'ReusableDocument' ? 'Process.reusableDocuments' : field,
      }));
    });
  });
}
export const PERSONAL = personalIn(await readSdl());
/** Those that are read with the process itself. */
export const OF_PROCESS = PERSONAL.filter(({ field }) => field !== 'Process.reusableDocuments');

/** The process that every other one refers to. */
export const REFERRED = randomUUID();

/** Unico's sample, with this id. */
function processOf(id: string, more: object = {}): object {
  const bioTokenData = { referenceProcessId: REFERRED, authenticationId: 'auth-ref' };
  return { process: { ...s0.SAMPLE.process, bioTokenData, id, ...more } };
}

const { person: PERSON } = s0.SAMPLE.process;

/** A Unico that knows every journey, creates the journey whose id is the client's reference, and finds documents. */
export function respond({ method, path, body }: SeenRequest): Reply {
  if (path.startsWith('/documents')) return { body: s4.SAMPLE };
  if (path.endsWith('/document'))
    return { body: { process: { id: path.split('/').at(-2), person: PERSON } } };
  if (path.startsWith('/processes/v1') || path.endsWith(ABSENT_ID)) return { status: 404 };
  if (method === 'GET') return { body: processOf(path.split('/').at(-1) ?? '') };
  return { body: processOf((JSON.parse(body) as { clientReference: string }).clientReference) };
}

export const callerOf = (...scopes: string[]): Caller => ({
  ...ALL_SCOPES_CALLER,
  name: 'luke',
  scopes: scopesAmong(scopes),
});
export const asCaller = (caller: Caller): SubgraphOptions => ({ authenticate: async () => caller });

/** The audit event of a read, by any caller. */
export function readEvent(process: string | null, ...fields: string[]): object {
  return { caller: expect.any(String), event: 'personal-read', process, fields };
}

/** A recorded audit event. */
export type AuditLine = { caller: string } & AuditEvent;

/** A subgraph whose audit log is recorded, and operations on it. */
export type AuditedSubgraph = {
  upstream: Upstream;
  lines: AuditLine[];
  /** The lines, each with its fields in alphabetical order: the order of the selection has no meaning. */
  sortedLines(): object[];
  ask: Subgraph['ask'];
  read(id: string, selection: string): Promise<Answer>;
  /** Creates a journey that gets this id. */
  create(id: string, selection: string, key?: string): Promise<Answer>;
  setDocument(id: string, selection: string): Promise<Answer>;
  entities(selection: string, ...ids: string[]): Promise<Answer>;
};

/** Starts it over a Unico that responds so; the end of the test stops both. */
export async function startAudited(
  responds: (request: SeenRequest) => Reply | Promise<Reply> = respond,
  options: SubgraphOptions = {},
): Promise<AuditedSubgraph> {
  const upstream = await startUpstream(responds);
  const lines: AuditLine[] = [];
  const subgraph = await startSubgraph(unicoOf(upstream), {
    audited: (caller, auditEvent) => void lines.push({ caller, ...auditEvent }),
    ...options,
  });
  onTestFinished(async () => {
    await subgraph.close();
    await upstream.close();
  });
  const { ask } = subgraph;
  return {
    upstream,
    lines,
    ask,
    sortedLines: () =>
      lines.map((one) => ('fields' in one ? { ...one, fields: one.fields.toSorted() } : one)),
    read: (id, selection) => ask(`{ process(id: "${id}") { ${selection} } }`),
    create: (id, selection, key = id) =>
      ask(`mutation { createProcess(idempotencyKey: "${key}", input: { journey: {
        flow: "id", purpose: "creditprocess", callbackUri: "/", clientReference: "${id}" } }) {
          process { ${selection} } } }`),
    setDocument: (id, selection) =>
      ask(`mutation { setProcessDocument(input: {
        processId: "${id}", duiType: BR_CPF, duiValue: "12345678909" }) {
          process { ${selection} } } }`),
    entities: (selection, ...ids) =>
      ask(`query ($of: [_Any!]!) { _entities(representations: $of) { ... on Process { ${selection} } } }`, {
        of: ids.map((id) => ({ __typename: 'Process', id })),
      }),
  };
}

/** A way to reach a process. Returns the id of the process, and the response. */
export type Way = (audited: AuditedSubgraph, selection: string) => Promise<[string, Answer]>;

/** Every way to reach a process. */
export const WAYS: Record<string, Way> = {
  'the query of one': async (audited, selection) => {
    const id = randomUUID();
    return [id, await audited.read(id, selection)];
  },
  'the query of many': async (audited, selection) => {
    const id = randomUUID();
    return [id, await audited.ask(`{ processes(ids: ["${id}"]) { ${selection} } }`)];
  },
  'an entity': async (audited, selection) => {
    const id = randomUUID();
    return [id, await audited.entities(selection, id)];
  },
  'the reference of another process': async (audited, selection) => [
    REFERRED,
    await audited.read(randomUUID(), `state reference { process { ${selection} } }`),
  ],
  'its creation': async (audited, selection) => {
    const id = randomUUID();
    return [id, await audited.create(id, selection)];
  },
  'a creation that is replayed': async (audited, selection) => {
    const id = randomUUID();
    await audited.create(id, 'id');
    return [id, await audited.create(id, selection)];
  },
  'setting its document': async (audited, selection) => {
    const id = randomUUID();
    return [id, await audited.setDocument(id, selection)];
  },
};
