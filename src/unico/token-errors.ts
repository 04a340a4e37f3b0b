/** What the token service's codes mean (facts 1), for the operator who reads the log. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['1.0.1', 'wrong tenant id: check UNICO_TENANT_ID'],
  ['1.0.14', 'application not active'],
  ['1.1.1', 'scope missing'],
  ['1.2.4', 'assertion expired: check the clock'],
  ['1.2.5', 'signature not valid: check UNICO_PRIVATE_KEY'],
  ['1.2.6', 'signing key no longer accepted: check UNICO_PRIVATE_KEY'],
  ['1.2.7', 'assertion already used'],
  ['1.2.11', 'account not active'],
  ['1.2.14', 'account lacks permission'],
  ['1.2.18', 'account locked for a while after too many invalid attempts'],
  ['1.2.19', 'may not act for another account'],
  ['1.2.20', 'assertion can not be decoded'],
  ['1.2.21', 'assertion can not be decoded, or signed with the wrong key: check UNICO_PRIVATE_KEY'],
  ['1.2.22', 'claims that are not allowed'],
  ['1.3.1', 'not allowed from this IP address'],
  ['1.3.2', 'not allowed at this date or time'],
]);

export function tokenErrorMeaning(code: string): string {
  return MEANINGS.get(code) ?? 'authentication failed';
}
