import { expect, test } from 'vitest';
import { fraudRiskOnlyUses, policySettings, undeclaredCapabilities } from '../../../src/config/verdict.ts';
import type { Capability } from '../../../src/domain/capability.ts';

const NO_KEYS = { onboarding: null, transactional: null, document: null, age: null };
const configOf = (apiKeyCapabilities: Partial<Record<keyof typeof NO_KEYS, Capability[]>>) => ({
  apiKeyCapabilities: { ...NO_KEYS, ...apiKeyCapabilities },
  flowCapabilities: new Map<string, Capability[]>(),
  reviewTeam: false,
});

test('the variable of each APIKEY whose capabilities are not set is named, and of no other', () => {
  const config = configOf({ onboarding: ['identity'], age: ['age'] });
  const apiKeys = { ...NO_KEYS, onboarding: 'key', document: 'key' };
  expect(undeclaredCapabilities(config, apiKeys)).toEqual(['UNICO_APIKEY_DOCUMENT_CAPABILITIES']);
});

test('only the APIKEYs that are configured are candidates for processes made elsewhere', () => {
  const config = configOf({ onboarding: ['liveness', 'identity'], age: ['age'] });
  const { capabilities } = policySettings(config, { ...NO_KEYS, onboarding: 'key', transactional: 'key' });
  expect(capabilities.apiKeys).toEqual({
    onboarding: { evaluates: ['liveness', 'identity'], promise: ['liveness', 'identity'] },
    transactional: { evaluates: ['liveness', 'face-match'], promise: ['face-match'] },
  });
});

test.each<[Capability[], boolean]>([
  [['fraud-risk'], true],
  [['fraud-risk', 'risk-score'], true],
  [['liveness', 'fraud-risk'], false],
  [['identity', 'fraud-risk'], false],
  [['identity'], false],
])('an APIKEY with %j takes any code of a subject: %s', (capabilities, expected) => {
  expect(fraudRiskOnlyUses(configOf({ onboarding: capabilities })).has('onboarding')).toBe(expected);
});
