import { createHash } from 'node:crypto';
import { cpf } from '../../../sandbox/lib/check-digits.ts';
import { selfieBase64 } from '../../../sandbox/lib/selfie.ts';

/**
 * Which callers may see a mark: those with identity:pii for `personal`, all readers for `plain`, none for `secret`.
 * A mark must not appear anywhere else.
 */
export type Kind = 'personal' | 'plain' | 'secret';

/** A unique value, and the part of it by which the search recognizes it. */
export type Mark = { name: string; kind: Kind; value: string; core: string };

/** Consonants alone are no word of any language: a hit is a planted value. */
const CONSONANTS = 'bcdfghjklmnpqrstvwxz';

function bytesOf(name: string): number[] {
  return [...createHash('sha256').update(name).digest()];
}

function consonants(name: string, count = 16): string {
  return bytesOf(name)
    .slice(0, count)
    .map((byte) => CONSONANTS[byte % CONSONANTS.length])
    .join('');
}

function digits(name: string, count: number): string {
  // No zero, because a leading one is dropped where the text is read as a number.
  return bytesOf(name)
    .slice(0, count)
    .map((byte) => 1 + (byte % 9))
    .join('');
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `07`. */
const two = (value: number): string => String(value).padStart(2, '0');

const tokenPart = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export type Marks = ReturnType<typeof createMarks>;

/** Creates marks by name: the same name is the same mark. */
export function createMarks() {
  const all = new Map<string, Mark>();
  const add = (kind: Kind, name: string, value: string, core: string = value): string => {
    all.set(name, { name, kind, value, core });
    return value;
  };
  return {
    all: (): Mark[] => [...all.values()],
    /** Registers a given value as a mark. */
    add,
    word: (kind: Kind, name: string) => add(kind, name, consonants(name)),
    /** Two words with accents, which have two normal forms each in Unicode. */
    person(kind: Kind, name: string) {
      const [first, last] = [consonants(`${name} first`, 8), consonants(`${name} last`, 8)];
      return add(kind, name, `${capital(first.slice(0, 4))}ãç${first.slice(4)} ${capital(last)}é`);
    },
    cpf: (kind: Kind, name: string) => add(kind, name, cpf(digits(name, 9))),
    phone: (kind: Kind, name: string) => add(kind, name, `55${digits(name, 11)}`),
    mail: (kind: Kind, name: string) =>
      add(kind, name, `${consonants(name)}+x@mail.com.br`, consonants(name)),
    url: (kind: Kind, name: string) =>
      add(kind, name, `https://files.com.br/${consonants(name)}?x=1`, consonants(name)),
    /** A day of the last century, which no timestamp contains. */
    day(kind: Kind, name: string) {
      const [year = 0, month = 0, day = 0] = bytesOf(name);
      const parts = [`${1910 + (year % 80)}`, two(1 + (month % 12)), two(1 + (day % 28))];
      return add(kind, name, parts.join('-'), parts.join(''));
    },
    /** Has the form of a token: its core is the signature, and is also in the decoded payload. */
    jwt(kind: Kind, name: string) {
      const core = consonants(name);
      return add(kind, name, [tokenPart({ alg: 'none' }), tokenPart({ core }), core].join('.'), core);
    },
    image(kind: Kind, name: string) {
      const value = selfieBase64({ seed: bytesOf(name)[0] ?? 0 });
      // The core is from the middle, where the drawing is: all images have the same beginning and end.
      const middle = Math.floor(value.length / 2);
      return add(kind, name, value, value.slice(middle, middle + 32));
    },
  };
}
