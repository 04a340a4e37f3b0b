/**
 * A JWT in its compact form: three parts of base64url (JWS), five (JWE), or more; parts but the first may be empty.
 * Without a repeated group, whose matches would exhaust the stack in a text of a million dots.
 */
const COMPACT_JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_.-]*$/;

/**
 * Whether this is the capture that Unico's SDK returns instead of an image. It is sent as it is: Unico's pages forbid
 * to open it and reserve to change what it contains (upstream.md §5.4), so only Unico checks its content and its age.
 */
export function isSdkToken(text: string): boolean {
  return COMPACT_JWT.test(text);
}
