/** What a caller may be allowed; each is a scope of their token. */
export const SCOPES = ['identity:read', 'identity:pii', 'identity:write'] as const;
/** Read what is not personal, read what is personal, and create, change or forget. */
export type Scope = (typeof SCOPES)[number];

/** Some of the scopes. Equal ones are the same object, so that what is worked out for them can be kept by it. */
export type Scopes = ReadonlySet<Scope>;

/** Whoever asks. */
export type Caller = {
  /** For the audit log. */
  name: string;
  /** Whether a token says who it is, or nobody is asked for one. */
  authenticated: boolean;
  scopes: Scopes;
};

/** Every way to be allowed something: all scopes of any one of these lists. */
export type Requirement = readonly (readonly Scope[])[];

const combinations = new Map<string, Scopes>();

/** The scopes among some words; words that are no scope of ours are another service's. */
export function scopesAmong(words: Iterable<string>): Scopes {
  const given = new Set(words);
  const ours = SCOPES.filter((scope) => given.has(scope));
  const name = ours.join(' ');
  let scopes = combinations.get(name);
  if (scopes === undefined) combinations.set(name, (scopes = new Set(ours)));
  return scopes;
}

/** Whoever asks where tokens are not looked at. */
export const ALL_SCOPES_CALLER: Caller = {
  name: 'everybody',
  authenticated: true,
  scopes: scopesAmong(SCOPES),
};

/** Whoever asks without a token where one is needed. */
export const ANONYMOUS: Caller = { name: 'nobody', authenticated: false, scopes: scopesAmong([]) };

/** Whether these scopes are enough. */
export function permits(requirement: Requirement, scopes: Scopes): boolean {
  return requirement.some((all) => all.every((scope) => scopes.has(scope)));
}
