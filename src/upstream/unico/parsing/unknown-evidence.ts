import { isJsonObject } from '../../../lib/json-object.ts';
import { isAbsent } from './read-values.ts';

/*
 * A result under a new name must not look like one that is absent. So a property of an unknown name is searched for
 * evidence: everywhere by its name and its value, and in a place where Unico documents nothing but results (`results`)
 * by everything that does not look like metadata.
 */

/** Words in the names of properties that hold the result of a check. */
const EVIDENCE_WORDS = new Set(
  (
    'result results liveness live identity fraud fraudster fraudsters risk risks score scores match matches valid invalid ' +
    'validated validation verified verification check checks checked authentic authenticated authentication age adult ' +
    'minor underage face facial bio biometric biometry similarity decision denied approved alert alerts suspicious spoof ' +
    'deepfake fake tampered injection attack trust serpro outcome verdict passed failed blocklist blacklist watchlist'
  ).split(' '),
);

/** Last words of the names of properties that hold metadata, whatever stands before them: `verificationUrl`. */
const METADATA_WORDS = new Set(
  (
    'id ids url uri link at until on date time ms seconds count size version reference token name type locale language ' +
    'message description country currency channel platform environment hash checksum'
  ).split(' '),
);

/** Values that only results have (upstream.md §5.3, §8). */
const RESULT_VALUE =
  /^(?:inconclusive|approved|reproved|denied|positive|negative|not_live|suspicious|risk-high|high-risk|risk-critical|critical-risk)$|(?:^|_)RESULT_/i;

/** A UUID, an instant or day, an address, or a text that is too long for an enum value. */
const METADATA_VALUE = /^[0-9a-f]{8}-[0-9a-f-]{27}$|^\d{4}-\d{2}-\d{2}|^[a-z][a-z0-9+.-]*:\/|^.{65,}$/is;

/** An enum value, as opposed to an identifier with digits. */
const ENUM_VALUE = /^[a-z]+(?:[ _-][a-z]+)*$/i;

/** Deeper objects are not searched: no response of Unico has as many levels (upstream.md §S0), so they are unknown. */
const MAX_DEPTH = 8;

/** The words of a name in camel case or snake case, in lower case. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

/** Whether a value says nothing: absent, empty, or an enum value that means "not evaluated". */
function isSilent(value: unknown): boolean {
  return isAbsent(value) || (typeof value === 'string' && /(?:^|_)UNSPECIFIED$/.test(value));
}

/** Whether a name speaks of a check. */
function namesEvidence(name: string): boolean {
  return wordsOf(name).some((word) => EVIDENCE_WORDS.has(word));
}

/** Whether a text or a number may be a result. `results`: it stands among results. */
function isEvidence(name: string, value: string | number, results: boolean): boolean {
  if (typeof value === 'string' && RESULT_VALUE.test(value)) return true;
  if (METADATA_WORDS.has(wordsOf(name).at(-1) ?? '')) return false;
  if (namesEvidence(name)) return true;
  if (!results) return false;
  return typeof value === 'number' || (ENUM_VALUE.test(value) && !METADATA_VALUE.test(value));
}

function mayBeEvidence(name: string, value: unknown, results: boolean, depth: number): boolean {
  if (value === null || isSilent(value)) return false;
  if (typeof value === 'boolean') return results || namesEvidence(name);
  if (typeof value === 'number' || typeof value === 'string') return isEvidence(name, value, results);
  if (typeof value !== 'object' || depth > MAX_DEPTH) return true;
  // What is inside of an object with such a name is as much evidence, and so is an item of a list.
  const areResults = results || namesEvidence(name);
  const items = Object.entries(value).map(
    ([inner, item]) => [Array.isArray(value) ? name : inner, item] as const,
  );
  return items.some(([inner, item]) => mayBeEvidence(inner, item, areResults, depth + 1));
}

/**
 * The properties that an object of a response is known to have: `true` where a reader reads the value or it holds no
 * result, another shape where it is an object or a list of objects. `results`: the object holds results and hardly
 * anything else.
 */
export type KnownShape = {
  readonly properties: { readonly [name: string]: true | KnownShape };
  readonly results?: boolean;
};

/** The known properties of these names, with spaces between them. */
export function known(names: string): Record<string, true> {
  return Object.fromEntries(names.split(' ').map((name) => [name, true as const]));
}

/** A name in camel case: Unico mixes both spellings (upstream.md §S0). */
function camelCased(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Whether a value of a response may hold evidence that no reader knows: under the name of an unknown property, or as a
 * value where an object should be.
 */
export function hasUnknownEvidence(value: unknown, shape: KnownShape, depth = 0): boolean {
  if (isSilent(value)) return false;
  if (depth > MAX_DEPTH) return true;
  if (Array.isArray(value)) return value.some((item) => hasUnknownEvidence(item, shape, depth + 1));
  if (!isJsonObject(value)) return true;
  return Object.entries(value).some(([name, item]) => {
    const property = camelCased(name);
    const inner = Object.hasOwn(shape.properties, property) ? shape.properties[property] : undefined;
    if (inner === undefined) return mayBeEvidence(name, item, shape.results ?? false, 0);
    return inner !== true && hasUnknownEvidence(item, inner, depth + 1);
  });
}
