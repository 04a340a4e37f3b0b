import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import { redact } from '../../observability/redact.ts';

/* GraphQL's own messages quote the values that they reject, which may be a CPF or a name in the wrong place. */

/** How a message of GraphQL begins before it quotes a value to its end. */
const BEFORE_VALUE =
  /^((?:Enum "\w+"|\w+) cannot represent [\w -]*value|Expected value of type "[^"]+"|Syntax Error: .* but got)[,:] [^]*$/;

/** The same before a literal of the query, whose own quotes may be of any kind. */
const BEFORE_LITERAL = /^(Argument "\w+" has invalid value) [^]*$/;

/** The text around a value or a name that the caller sent. */
const AROUND_VALUE = /^(Value|Field) "[^]*" (does not exist in|is not defined by type) /;

/** Quoted text; an inner quote is escaped, or the value ends with the message. */
const QUOTED = /"(?:[^"\\]|\\.)*"/g;

/** GraphQL suggests similar names: a help during development, and in production a way to learn the schema by trying. */
const SUGGESTION = ' Did you mean ';

function withoutSuggestion(message: string): string {
  const at = message.lastIndexOf(SUGGESTION);
  return at === -1 || !message.endsWith('?') ? message : message.slice(0, at);
}

/** Apart from names GraphQL itself quotes punctuation alone, as in `[ID!]!` or `process { ... }`. */
const ASCII = /^[\x20-\x7e]*$/;

/** The name of a variable. A client names places in its code by it, not persons; a longer name does not pass. */
const VARIABLE = /^\$[A-Za-z_]{1,40}\d{0,3}$/;

/** All names of the schema: types, fields, arguments, enum values, directives. */
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
 * Creates the function that removes from the message of a GraphQL error everything that the schema does not contain. Of
 * quoted text only names of the schema, types such as `[ID!]!` and names of variables stay. A rejected variable is
 * reported by its name, the path in it, and the reason, which GraphQL keeps apart from the value. `production` also
 * removes suggestions.
 */
export function createMessageRedactor(
  schema: GraphQLSchema,
  production: boolean,
): (error: GraphQLError) => string {
  const names = namesOf(schema);
  const isOfSchema = (quoted: string): boolean =>
    VARIABLE.test(quoted) ||
    (ASCII.test(quoted) && (quoted.match(/\w+/g) ?? []).every((word) => names.has(word)));

  function redactQuotes(message: string): string {
    const redacted = (production ? withoutSuggestion(message) : message)
      .replace(BEFORE_VALUE, '$1: …')
      .replace(BEFORE_LITERAL, '$1 …')
      .replace(AROUND_VALUE, '$1 "…" $2 ')
      .replaceAll(QUOTED, (quoted) => (isOfSchema(quoted.slice(1, -1)) ? quoted : '"…"'));
    return redact(redacted);
  }

  /** The path of the rejected value in its variable: ` at "person.name"`, or empty text when GraphQL gives none. */
  function pathIn(prefix: string): string {
    const [, quotedPath = ''] =
      /^"\$?\w+((?:\.\w+|\[\d+\])+)"$/.exec(prefix.slice(prefix.lastIndexOf(' at ') + 4)) ?? [];
    const path = quotedPath.replaceAll(/\[\d+\]/g, '').replace('.', '');
    return path !== '' && isOfSchema(path) ? ` at "${path}"` : '';
  }

  return ({ message, originalError }) => {
    const [, variable] = /^(Variable "\$\w+") got invalid value /.exec(message) ?? [];
    const reason = originalError?.message;
    if (variable === undefined || reason === undefined || !message.endsWith(`; ${reason}`)) {
      return redactQuotes(message);
    }
    const path = pathIn(message.slice(0, -`; ${reason}`.length));
    return `${variable} got an invalid value${path}; ${redactQuotes(reason)}`;
  };
}
