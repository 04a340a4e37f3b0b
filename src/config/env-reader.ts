/** Reads environment variables one by one, and collects what is wrong with them instead of stopping at the first. */
export type EnvReader = {
  readonly problems: readonly string[];
  problem(name: string, message: string): void;
  /** Whether the variable is set; empty counts as not set. */
  has(name: string): boolean;
  text(name: string): string | null;
  /** A secret that becomes a header: visible ASCII. It is never repeated in a message. */
  headerText(name: string): string | null;
  /** Text that must be there: `what` says what it is. */
  required(name: string, what: string): string;
  integer(name: string, bounds: { min: number; max: number; fallback: number }): number;
  oneOf<Word extends string>(name: string, words: readonly Word[], otherwise: Word): Word;
  /** Words with commas between, each at most once, in the order given. */
  list<Value>(name: string, words: Readonly<Record<string, Value>>, otherwise: Value[]): Value[];
  /** An origin, such as `https://api.id.unico.app`: no path, no user. Plain http only towards this machine. */
  origin(name: string): string | null;
  /** An address with a path, without a user. Plain http only towards this machine. */
  address(name: string): string | null;
};

function isLocal(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** An address that neither gives away what is sent to it nor holds a user; `null` for everything else. */
function safeAddress(value: string): URL | null {
  const url = URL.canParse(value) ? new URL(value) : null;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal(url.hostname));
  return safe && `${url.username}${url.password}` === '' ? url : null;
}

/** Reads out of `variables`; values of secrets never get into a problem. */
export function createEnvReader(variables: Readonly<Record<string, string | undefined>>): EnvReader {
  const problems: string[] = [];
  const problem = (name: string, message: string): void => void problems.push(`${name}: ${message}`);
  const text = (name: string): string | null => variables[name]?.trim() || null;

  return {
    problems,
    problem,
    text,
    has: (name) => text(name) !== null,

    headerText(name) {
      const value = text(name);
      if (value === null || /^[\x21-\x7e]+$/.test(value)) return value;
      problem(name, 'expected visible ASCII characters, because it becomes a header; got others');
      return null;
    },

    required(name, what) {
      const value = text(name);
      if (value === null) problem(name, `expected ${what}; it is not set`);
      return value ?? '';
    },

    integer(name, { min, max, fallback }) {
      const value = text(name);
      if (value === null) return fallback;
      const number = Number(value);
      if (/^\d+$/.test(value) && number >= min && number <= max) return number;
      problem(name, `expected a whole number from ${min} to ${max}, got "${value}"`);
      return fallback;
    },

    oneOf(name, words, otherwise) {
      const value = text(name);
      if (value === null) return otherwise;
      const word = words.find((candidate) => candidate === value);
      if (word === undefined) problem(name, `expected one of ${words.join(', ')}, got "${value}"`);
      return word ?? otherwise;
    },

    list(name, words, otherwise) {
      const value = text(name);
      if (value === null) return otherwise;
      const given = value.split(',').map((word) => word.trim());
      const known = given.flatMap((word) => (Object.hasOwn(words, word) ? [words[word]] : []));
      if (known.length !== given.length || new Set(given).size !== given.length) {
        problem(
          name,
          `expected ${Object.keys(words).join(', ')}, or some of them, with commas between, got "${value}"`,
        );
        return otherwise;
      }
      return known.filter((word) => word !== undefined);
    },

    origin(name) {
      const value = text(name);
      if (value === null) return null;
      const url = safeAddress(value);
      if (url !== null && url.pathname === '/' && `${url.search}${url.hash}` === '') return url.origin;
      problem(
        name,
        'expected an origin such as https://api.id.unico.app (http only for this machine), got something else',
      );
      return null;
    },

    address(name) {
      const value = text(name);
      if (value === null) return null;
      const url = safeAddress(value);
      if (url !== null) return url.href;
      problem(
        name,
        'expected an https:// address without a user (http only for this machine), got something else',
      );
      return null;
    },
  };
}
