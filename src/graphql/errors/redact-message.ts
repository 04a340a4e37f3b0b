import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { redact } from '../../observability/redact.ts';

/* GraphQL's own messages quote what they refuse, which may be a CPF or a name in the wrong place. */

/** What GraphQL begins to say before it quotes a value to the end of the message. */
const BEFORE_A_VALUE =
  /^((?:Enum "\w+"|\w+) cannot represent [\w -]*value|Expected value of type "[^"]+"|Syntax Error: .* but got)[,:] [^]*$/;

/** The same before a value that is written into the query, whose own quotes may be of any kind. */
const BEFORE_A_LITERAL = /^(Argument "\w+" has invalid value) [^]*$/;

/** What GraphQL says around a value, or a name, of the caller's. */
const AROUND_A_VALUE = /^(Value|Field) "[^]*" (does not exist in|is not defined by type) /;

/** Everything in quotes; an inner quote is escaped, or the value ends where the message does. */
const QUOTED = /"(?:[^"\\]|\\.)*"/g;

/** What GraphQL guesses that was meant: a help while developing, and a way to learn the schema by trying. */
const SUGGESTION = ' Did you mean ';

function withoutSuggestion(message: string): string {
  const at = message.lastIndexOf(SUGGESTION);
  return at === -1 || !message.endsWith('?') ? message : message.slice(0, at);
}

/** What GraphQL itself quotes beside names is punctuation, as in `[ID!]!` or `process { ... }`. */
const ASCII = /^[\x20-\x7e]*$/;

/** A variable's name is the client's word for a place, not for a person, and is no longer than this. */
const VARIABLE = /^\$[A-Za-z_]{1,40}\d{0,3}$/;

/** Every name that the schema has: types, fields, arguments, enum values, directives. */
function namesOf(schema: GraphQLSchema): Set<string> {
  const names = new Set(
    schema.getDirectives().flatMap(({ name, args }) => [name, ...args.map((arg) => arg.name)]),
  );
  for (const type of Object.values(schema.getTypeMap())) {
    names.add(type.name);
    if (isEnumType(type)) for (const { name } of type.getValues()) names.add(name);
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        names.add(field.name);
        if ('args' in field) for (const arg of field.args) names.add(arg.name);
      }
    }
  }
  return names;
}

/**
 * Makes a function that gives the message of one of GraphQL's own errors without what the schema does not say itself: of
 * what is quoted only its names, its types such as `[ID!]!`, and names of variables stay. A refused variable is told by
 * its name, the place in it, and the reason, which GraphQL keeps apart from the value.
 */
export function createMessageRedactor(
  schema: GraphQLSchema,
  production: boolean,
): (error: GraphQLError) => string {
  const names = namesOf(schema);
  const isOurs = (quoted: string): boolean =>
    VARIABLE.test(quoted) ||
    (ASCII.test(quoted) && (quoted.match(/\w+/g) ?? []).every((word) => names.has(word)));

  function withoutQuotes(message: string): string {
    const ours = (production ? withoutSuggestion(message) : message)
      .replace(BEFORE_A_VALUE, '$1: …')
      .replace(BEFORE_A_LITERAL, '$1 …')
      .replace(AROUND_A_VALUE, '$1 "…" $2 ')
      .replaceAll(QUOTED, (quoted) => (isOurs(quoted.slice(1, -1)) ? quoted : '"…"'));
    return redact(ours);
  }

  /** Where in a variable the value is that was refused: ` at "person.name"`, or nothing where that is not told. */
  function placeIn(prefix: string): string {
    const [, given = ''] =
      /^"\$?\w+((?:\.\w+|\[\d+\])+)"$/.exec(prefix.slice(prefix.lastIndexOf(' at ') + 4)) ?? [];
    const path = given.replaceAll(/\[\d+\]/g, '').replace('.', '');
    return path !== '' && isOurs(path) ? ` at "${path}"` : '';
  }

  return ({ message, originalError }) => {
    const [, variable] = /^(Variable "\$\w+") got invalid value /.exec(message) ?? [];
    const reason = originalError?.message;
    if (variable === undefined || reason === undefined || !message.endsWith(`; ${reason}`))
      return withoutQuotes(message);
    const place = placeIn(message.slice(0, -`; ${reason}`.length));
    return `${variable} got an invalid value${place}; ${withoutQuotes(reason)}`;
  };
}
