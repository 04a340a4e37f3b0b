import type { ApolloServerPlugin } from '@apollo/server';
import {
  coerceInputValue,
  getNullableType,
  GraphQLError,
  isInputObjectType,
  isInputType,
  isListType,
  isScalarType,
  isSpecifiedScalarType,
  typeFromAST,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { FILE_FIELDS } from '../../domain/process-creation.ts';
import { isJsonObject } from '../../lib/json-object.ts';
import type { Context } from '../context.ts';
import {
  MAX_INPUT_DEPTH,
  MAX_LIST_ITEMS,
  MAX_PROPERTIES,
  MAX_TEXT_LENGTH,
  MAX_UNKNOWN_LENGTH,
} from './limits.ts';

/** What is too large in an input: the names of the fields that lead to it, and what was expected and came. */
type Excess = { path: readonly string[]; problem: string };

/**
 * The bounds of a value: its type, `null` where the schema has none, how long its texts may be, and how many lists and
 * objects are around it.
 */
type Bounds = { type: GraphQLInputType | null; maxLength: number; depth: number };

const excess = (problem: string): Excess => ({ path: [], problem });

/** A length in units of 1,024: `redactMessage` takes seven digits for personal data. */
const inKi = (length: number): string => `${Math.ceil(length / 1024)} Ki`;

const unknownTooLong = (what: 'name' | 'text', { length }: string): string =>
  `expected properties and values of the schema, got others with a ${what} of ${length > 9_999 ? inKi(length) : length} characters: send the known ones`;

/** The bounds of what the schema does not have: GraphQL quotes it, and compares it with what the schema has. */
const UNKNOWN = { type: null, maxLength: MAX_UNKNOWN_LENGTH };

function boundsOf(field: GraphQLInputField | undefined): Omit<Bounds, 'depth'> {
  if (field === undefined) return UNKNOWN;
  const maxLength = FILE_FIELDS.has(field.name) ? Infinity : MAX_TEXT_LENGTH;
  return { type: getNullableType(field.type), maxLength };
}

/** Whether GraphQL passes values of a type on as they are: representations, of which only the known keys are read. */
function isOpaque(type: GraphQLInputType | null): boolean {
  return isScalarType(type) && !isSpecifiedScalarType(type);
}

function excessInList(items: readonly unknown[], bounds: Bounds): Excess | null {
  if (items.length > MAX_LIST_ITEMS) {
    return excess(`expected at most ${MAX_LIST_ITEMS} items, got ${items.length}: send fewer`);
  }
  const type = isListType(bounds.type) ? getNullableType(bounds.type.ofType) : null;
  if (isOpaque(type)) return null;
  const boundsOfItem = type === null ? { ...UNKNOWN, depth: bounds.depth } : { ...bounds, type };
  for (const item of items) {
    const found = excessIn(item, boundsOfItem);
    if (found !== null) return found;
  }
  return null;
}

function excessInObject(properties: Record<string, unknown>, { type, depth }: Bounds): Excess | null {
  const names = Object.keys(properties);
  if (names.length > MAX_PROPERTIES) {
    return excess(`expected at most ${MAX_PROPERTIES} properties, got ${names.length}: send the known ones`);
  }
  const fields = isInputObjectType(type) ? type.getFields() : {};
  for (const name of names) {
    if (name.length > MAX_UNKNOWN_LENGTH) return excess(unknownTooLong('name', name));
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const found = excessIn(properties[name], { ...boundsOf(field), depth });
    // Only names of the schema are quoted.
    if (found !== null) return field === undefined ? found : { ...found, path: [name, ...found.path] };
  }
  return null;
}

/** The type of a value, which GraphQL takes for a list of one item where a list is expected. */
function typeOf(value: unknown, type: GraphQLInputType | null): GraphQLInputType | null {
  return isListType(type) && !Array.isArray(value) ? typeOf(value, getNullableType(type.ofType)) : type;
}

function excessIn(value: unknown, { type: expected, maxLength, depth }: Bounds): Excess | null {
  if (typeof value === 'string') {
    if (value.length <= maxLength) return null;
    return excess(
      expected === null
        ? unknownTooLong('text', value)
        : `expected at most ${inKi(maxLength)} characters, got ${inKi(value.length)}: shorten it`,
    );
  }
  const type = typeOf(value, expected);
  if (typeof value !== 'object' || value === null || isOpaque(type)) return null;
  if (depth === MAX_INPUT_DEPTH) {
    return excess(`expected at most ${MAX_INPUT_DEPTH} levels of lists and objects, got more`);
  }
  const below = { type, maxLength, depth: depth + 1 };
  if (Array.isArray(value)) return excessInList(value, below);
  return isJsonObject(value) ? excessInObject(value, below) : null;
}

/** A variable that an operation declares and a request gives. */
type GivenVariable = { name: string; type: GraphQLInputType; value: unknown };

function variablesGiven(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Record<string, unknown>,
): GivenVariable[] {
  return variableDefinitions.flatMap((definition) => {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    return Object.hasOwn(variables, name) && isInputType(type)
      ? [{ name, type, value: variables[name] }]
      : [];
  });
}

/** Throws BAD_USER_INPUT (400) for a variable with too large a list, text or object. */
function checkSize({ name, type, value }: GivenVariable): void {
  const found = excessIn(value, { type: getNullableType(type), maxLength: MAX_TEXT_LENGTH, depth: 0 });
  if (found === null) return;
  const at = found.path.length === 0 ? '' : ` at "${found.path.join('.')}"`;
  throw new GraphQLError(`Variable "$${name}" got an invalid value${at}; ${found.problem}`, {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}

/** Whether GraphQL refuses the value of a variable. Unlike its own check, this one ends at the first problem. */
function isRefused({ type, value }: GivenVariable): boolean {
  try {
    coerceInputValue(value, type, (_path, _value, problem) => {
      throw problem;
    });
    return false;
  } catch {
    return true;
  }
}

/** A copy of a value with all long texts emptied, down to the deepest level that an input may have. */
function withoutLongTexts(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > MAX_UNKNOWN_LENGTH ? '' : value;
  if (typeof value !== 'object' || value === null || depth > MAX_INPUT_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => withoutLongTexts(item, depth + 1));
  const properties = Object.entries(value).map(([name, each]) => [name, withoutLongTexts(each, depth + 1)]);
  return Object.fromEntries(properties);
}

/**
 * Bounds the variables of an operation by the schema, before GraphQL copies, compares and quotes them, and before
 * anything is read or sent. GraphQL quotes an object that it refuses, with the images in it, once for each error in it:
 * the long texts of such a request are emptied first, which changes nothing but the quotes.
 */
export const inputSizeLimit: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ schema, operation, request, contextValue }) => {
      if (operation === undefined || request.variables === undefined) return;
      const given = variablesGiven(schema, operation, request.variables);
      given.forEach(checkSize);
      if (contextValue.bodyBytes <= MAX_TEXT_LENGTH || !given.some(isRefused)) return;
      for (const { name, value } of given) request.variables[name] = withoutLongTexts(value);
    },
  }),
};
