import type { Identity, Signals } from './identity.ts';
import { decided } from './decided.ts';
import { documented } from './documented.ts';
import { failing } from './failing.ts';
import { unsettled } from './unsettled.ts';

/**
 * The test identities: the code (CPF, CURP, duiValue) chooses what happens; without a code the name
 * (`subject.name`, `person.friendlyName`) does; anybody else is approved. Unico publishes no test identities for
 * Brazil (upstream.md §5.6), so apart from two well-known sample CPFs the numbers are generated.
 */
export const identities: readonly Identity[] = [...decided, ...unsettled, ...documented, ...failing];

const approved = identities.find((row) => row.scenario === 'approved') as Identity;

const byCode = new Map(identities.map((row) => [row.code, row]));
const byName = new Map(identities.map((row) => [row.name, row]));

export function identityFor(code: string | undefined, name: string | undefined): Identity {
  if (code !== undefined) return byCode.get(code) ?? approved;
  return byName.get(name ?? '') ?? approved;
}

/** The S1 and S2 samples; every row changes what its story needs. A score exists only beside INCONCLUSIVE (upstream.md §S0). */
const everythingPositive: Signals = {
  liveness: 'live',
  identity: 'positive',
  fraud: 'inconclusive',
  score: 'none',
  serpro: 87,
  faceMatch: 'positive',
  revalidation: 'positive',
  age: 'positive',
  document: 'passes',
};

export function signalsOf(identity: Identity): Signals {
  return { ...everythingPositive, ...identity.outcome.signals };
}
