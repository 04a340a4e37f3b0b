import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import type { Marks } from './marks.ts';

let issued = 0;

/** A UUID of letters alone, in which the search finds no number. */
export function nextId(): string {
  issued += 1;
  const tail = [...issued.toString(6).padStart(12, '0')]
    .map((digit) => 'abcdef'.charAt(Number(digit)))
    .join('');
  return `facefeed-cafe-beef-dead-${tail}`;
}

/** An operation with its variables. */
export type Operation = { name: string; query: string; variables: Record<string, unknown> };

/** An argument of a field below the root, with its value: all are enums. */
function inlineArgument({ name, type }: GraphQLArgument): string {
  const enumType = getNamedType(type);
  if (!isEnumType(enumType)) throw new Error(`no value for the argument ${name}`);
  return `${name}: ${enumType.getValues()[0]?.name}`;
}

/** A selection of every field of a type; a type may be nested in itself once, as processes refer to processes. */
function selectionOf(type: GraphQLOutputType, above: readonly string[] = []): string {
  const named = getNamedType(type);
  if (isUnionType(named)) {
    const fragments = named
      .getTypes()
      .map((possible) => `... on ${possible.name} ${selectionOf(possible, above)}`);
    return `{ __typename ${fragments.join(' ')} }`;
  }
  if (!isObjectType(named)) return '';
  const path = [...above, named.name];
  const fields = Object.values(named.getFields()).flatMap((field) => {
    const below = getNamedType(field.type).name;
    if (path.filter((name) => name === below).length > 1) return [];
    const args = field.args.length === 0 ? '' : `(${field.args.map(inlineArgument).join(', ')})`;
    return [`${field.name}${args} ${selectionOf(field.type, path)}`];
  });
  return `{ ${fields.join(' ')} }`;
}

/** Returns the value of a leaf of an input by its path, such as `createProcess.input.onboarding.subject.code`. */
type ValueOf = (path: string) => unknown;

/** Values of a type with every field filled: one, or one for each field of a @oneOf input. */
function examplesOf(type: GraphQLInputType, path: string, valueOf: ValueOf): unknown[] {
  const bare = getNullableType(type);
  if (isListType(bare)) return examplesOf(bare.ofType, path, valueOf).map((value) => [value]);
  if (isInputObjectType(bare)) {
    const fields = Object.values(bare.getFields()).map(
      (field) => [field.name, examplesOf(field.type, `${path}.${field.name}`, valueOf)] as const,
    );
    return bare.isOneOf
      ? fields.flatMap(([name, values]) => values.map((value) => ({ [name]: value })))
      : [Object.fromEntries(fields.map(([name, [value]]) => [name, value]))];
  }
  const given = valueOf(path);
  if (given !== undefined) return [given];
  if (isEnumType(bare)) return bare.getValues().map(({ name }) => name);
  throw new Error(`no value for ${path}`);
}

/** Every combination of the values of each argument. */
function combined(choices: readonly (readonly [string, readonly unknown[]])[]): Record<string, unknown>[] {
  return choices.reduce<Record<string, unknown>[]>(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/** Every operation of a schema: each field of its roots with a full selection, once for each form of its arguments. */
export function operationsOf(schema: GraphQLSchema, valueOf: ValueOf): Operation[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
  ] as const;
  return roots.flatMap(([operation, root]) =>
    Object.values(root?.getFields() ?? {}).flatMap((field) => {
      const { name, args, type } = field;
      const declared = args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
      const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
      const head =
        args.length === 0 ? [operation, name] : [`${operation} (${declared})`, `${name}(${passed})`];
      const query = `${head[0]} { ${head[1]} ${selectionOf(type)} }`;
      const choices = args.map(
        (arg) => [arg.name, examplesOf(arg.type, `${name}.${arg.name}`, valueOf)] as const,
      );
      return combined(choices).map((variables) => ({ name, query, variables }));
    }),
  );
}

/** Fills every leaf of an input with a mark. */
export function markedInput(marks: Marks): ValueOf {
  return (path) => {
    const name = path.split('.').at(-1) ?? '';
    if (path === '_entities.representations') {
      const representation = { __typename: 'Process', id: nextId() };
      return { ...representation, source: 'IDCLOUD', cpf: marks.cpf('personal', path) };
    }
    if (/^ids?$|ProcessId$|processId$|BranchId$/.test(name)) return nextId();
    switch (name) {
      case 'code':
      case 'duiValue':
        return marks.cpf('personal', path);
      case 'fileContents':
        return marks.word('personal', path);
      case 'name':
      case 'documentName':
      case 'friendlyName':
        return marks.person('personal', path);
      case 'email':
        return marks.mail('personal', path);
      case 'phone':
        return marks.phone('personal', path);
      case 'birthDate':
        return marks.day('personal', path);
      case 'callbackUri':
        return marks.url('personal', path);
      case 'imageBase64':
      case 'referenceContent':
      case 'files':
        return marks.image('personal', path);
      case 'idempotencyKey':
        return `${marks.word('plain', path)}-${nextId()}`;
      case 'gender':
        return 'F';
      case 'notifications':
        return 'EMAIL';
      case 'expiresIn':
        return '3600s';
      case 'duiType':
        return 'BR_CPF';
      case 'referenceType':
        return 'REFERENCE_TYPE_IMAGE_BASE64';
      case 'type':
        return 'BR_CNH';
      case 'source':
      case 'purpose':
        return path.startsWith('createProcess.input.journey') ? marks.word('plain', path) : undefined;
      default:
        return marks.word('plain', path);
    }
  };
}

/** Copies of a JSON object or list, each with one property at any depth removed or replaced by one of `others`. */
export function withOneChanged(value: unknown, others: readonly unknown[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => withOneChanged(item, others).map((one) => [one]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, property]) => [
    Object.fromEntries(Object.entries(value).filter(([each]) => each !== name)),
    ...[...others, ...withOneChanged(property, others)].map((other) => ({ ...value, [name]: other })),
  ]);
}
