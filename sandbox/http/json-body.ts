/** Reading members of a body that anybody may have sent. */
export type Members = Record<string, unknown>;

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body as an object, or undefined when it is not JSON or not an object. */
export function parseMembers(body: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isMembers(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A text member; absent, null, empty and ill-typed are the same to every upstream "não foi informado" check. */
export function textOf(members: Members | undefined, name: string): string | undefined {
  const value = members?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function isGiven(members: Members, name: string): boolean {
  return members[name] !== undefined && members[name] !== null && members[name] !== '';
}

export function isEmail(value: string): boolean {
  return value.length <= 254 && /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(value);
}
