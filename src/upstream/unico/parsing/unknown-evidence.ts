import type { JsonObject } from '../../../lib/json-object.ts';

/**
 * What the name of a property that holds the result of a check contains, in either spelling: a property of no such name
 * that holds no result is taken for metadata, such as a trace id.
 */
const EVIDENCE_NAME =
  /result|liveness|identity|identification|fraud|risk|score|match|valid|verif|check|authenti|age(?:$|[A-Z_])|adult|minor|underage|face|facial|bio|similarity|decision|status|deny|denied|approv|alert|suspic|spoof|trust|serpro/i;

/** The values of the results of either contract (upstream.md §5.3, §8), and the usual words beside them. */
const RESULT_VALUE =
  /^(?:yes|no|true|false|inconclusive|approved|reproved|denied|retry|positive|negative|live|not_live|ok|pass(?:ed)?|fail(?:ed)?|risk-high|high-risk|risk-critical|critical-risk|suspicious)$|(?:^|_)RESULT_/i;

/** Deeper objects are not searched: no response of Unico has as many levels (upstream.md §S0), so they are unknown. */
const MAX_DEPTH = 8;

/** Whether a value says nothing: absent, empty, or an enum value that means "not evaluated". */
function isSilent(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'string' && /(?:^|_)UNSPECIFIED$/.test(value);
}

function mayBeEvidence(name: string, value: unknown, depth: number): boolean {
  if (value === null || isSilent(value)) return false;
  if (typeof value === 'boolean') return true;
  if (typeof value === 'object') {
    // An item of a list is as much evidence as the list itself.
    const items = Object.entries(value).map(
      ([inner, item]) => [Array.isArray(value) ? name : inner, item] as const,
    );
    return depth > MAX_DEPTH || items.some(([inner, item]) => mayBeEvidence(inner, item, depth + 1));
  }
  return EVIDENCE_NAME.test(name) || (typeof value === 'string' && RESULT_VALUE.test(value));
}

/**
 * Whether an object of a response has a property of an unknown name that may be evidence: a result under a new name
 * must not look like one that is absent. `known` has the names that readers read or that are known to hold none.
 */
export function hasUnknownEvidence(properties: JsonObject, known: ReadonlySet<string>): boolean {
  return Object.entries(properties).some(
    ([name, value]) => !known.has(name) && mayBeEvidence(name, value, 0),
  );
}
