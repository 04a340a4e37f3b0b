import type { Identity, Signals } from './identity.ts';
import { DECIDED } from './decided.ts';
import { DOCUMENTED } from './documented.ts';
import { FAILING } from './failing.ts';
import { UNSETTLED } from './unsettled.ts';

/**
 * The test identities: the code (CPF, CURP, duiValue) selects the outcome; without a code the name (`subject.name`,
 * `person.friendlyName`) selects it. Unico publishes no test identities for Brazil (upstream.md §5.6), so apart from
 * two well-known sample CPFs the numbers are generated.
 */
export const IDENTITIES: readonly Identity[] = [...DECIDED, ...UNSETTLED, ...DOCUMENTED, ...FAILING];

const APPROVED = IDENTITIES.find(({ scenario }) => scenario === 'approved') as Identity;

const BY_CODE = new Map(IDENTITIES.map((row) => [row.code, row]));
const BY_NAME = new Map(IDENTITIES.map((row) => [row.name, row]));

/** The identity with this code, or without a code with this name; the approved identity when the table has none. */
export function identityFor(code: string | null, name: string | null): Identity {
  if (code !== null) return BY_CODE.get(code.toUpperCase()) ?? APPROVED;
  return BY_NAME.get(name ?? '') ?? APPROVED;
}

/**
 * The samples of upstream.md §S1 and §S2; every row changes what its scenario needs. A score exists only next to an
 * INCONCLUSIVE identity (upstream.md §S0).
 */
const POSITIVE_SIGNALS: Signals = {
  liveness: 'live',
  identity: 'positive',
  fraud: 'inconclusive',
  score: 'none',
  serpro: 87,
  faceMatch: 'positive',
  revalidation: 'positive',
  age: 'positive',
  document: {
    kind: 'BR_CNH',
    typified: true,
    cpfMatch: true,
    faceMatch: true,
    validated: true,
    reused: false,
    consentGranted: true,
  },
};

/** All signals of a person. */
export function signalsOf(identity: Identity): Signals {
  const { signals } = identity.outcome;
  return {
    ...POSITIVE_SIGNALS,
    ...signals,
    document: { ...POSITIVE_SIGNALS.document, ...signals.document },
  };
}
