import {
  getNamedType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { permits, type Requirement, type Scopes } from '../../domain/caller.ts';
import { covers } from '../../domain/fetch-level.ts';
import { ENTITY_SCOPES } from '../schema/enforce-scopes.ts';
import { policyOf } from '../schema/field-policy.ts';
import { requiredLevel } from '../selection/fetch-levels.ts';

/** A query without personal fields: once its caller has the scopes, no field of it can be denied or missing. */
export type NonPersonalQuery = {
  /** The scopes that its fields require together. */
  requirements: readonly Requirement[];
  /** The number of its fields, with its fragments expanded. */
  fields: number;
};

/** A query has something that only plain execution handles. Never leaves this file. */
class NotCompilable extends Error {}

/** The scopes of a field. Throws `NotCompilable` for a personal field, and for fields that GraphQL itself resolves. */
function requirementOf(type: GraphQLNamedType, name: string): Requirement {
  if (name === '_entities') return ENTITY_SCOPES;
  const field = isObjectType(type) && !name.startsWith('_') ? type.getFields()[name] : undefined;
  if (field === undefined) throw new NotCompilable();
  const { requirement, personal } = policyOf(field);
  if (personal || !covers('summary', requiredLevel(type.name, name))) throw new NotCompilable();
  return requirement;
}

/**
 * The names that the compiler gives to the fields of a query. It joins the keys on the path to a field by underscores, so
 * that `a { b_c }` and `c_a { b }` would be the same field: the last key comes first.
 */
class CompiledNames {
  readonly #schema: GraphQLSchema;
  /** The keys on the path to a field, by its name. */
  readonly #paths = new Map<string, string>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** Adds the field with these keys on its path. Throws `NotCompilable` where the compiler could confuse it. */
  add(path: readonly string[]): void {
    const [key = ''] = path;
    // In the source of an object, `__proto__` is no property.
    if (key === '__proto__' || key.split('_').some((word) => this.#isAdded(word))) throw new NotCompilable();
    const name = path.join('_');
    const keys = path.join(' ');
    if ((this.#paths.get(name) ?? keys) !== keys) throw new NotCompilable();
    this.#paths.set(name, keys);
  }

  /** Whether the compiler itself adds such a word to names: for an item of a list, and for a type in a union. */
  #isAdded(word: string): boolean {
    return /^idx\d+$/.test(word) || this.#schema.getType(word) !== undefined;
  }
}

/** Collects the requirements and counts the fields of one operation. */
class QueryReader {
  readonly requirements = new Set<Requirement>();
  fields = 0;
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #names: CompiledNames;

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#names = new CompiledNames(schema);
  }

  /** Reads a selection on a type; `path` has the keys of the fields that lead to it, the last one first. */
  read({ selections }: SelectionSetNode, type: GraphQLNamedType, path: readonly string[]): void {
    for (const node of selections) this.#readSelection(node, type, path);
  }

  #readSelection(node: SelectionNode, type: GraphQLNamedType, path: readonly string[]): void {
    if (node.kind === Kind.FIELD) {
      this.#readField(node, type, path);
      return;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value) : node;
    const condition = fragment?.typeCondition?.name.value;
    const fragmentType = condition === undefined ? type : this.#schema.getType(condition);
    if (fragment === undefined || fragmentType === undefined) throw new NotCompilable();
    this.read(fragment.selectionSet, fragmentType, path);
  }

  #readField(node: FieldNode, type: GraphQLNamedType, above: readonly string[]): void {
    this.fields += 1;
    const name = node.name.value;
    const path = [node.alias?.value ?? name, ...above];
    this.#names.add(path);
    if (name === '__typename') return;
    this.requirements.add(requirementOf(type, name));
    const field = isObjectType(type) ? type.getFields()[name] : undefined;
    if (node.selectionSet !== undefined && field !== undefined) {
      this.read(node.selectionSet, getNamedType(field.type), path);
    }
  }
}

/** Reads a query without conditions; `null` when it has personal fields or others that the compiler does not handle. */
export function readNonPersonalQuery(document: DocumentNode, schema: GraphQLSchema): NonPersonalQuery | null {
  const { definitions } = document;
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const queryType = schema.getQueryType();
  if (operation === undefined || !queryType) return null;
  const reader = new QueryReader(
    schema,
    new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
  );
  try {
    reader.read(operation.selectionSet, queryType, []);
  } catch (error) {
    if (error instanceof NotCompilable) return null;
    throw error;
  }
  const { requirements, fields } = reader;
  return { requirements: [...requirements], fields };
}

/** Whether a caller with these scopes may read every field of the query. */
export function isPermitted({ requirements }: NonPersonalQuery, scopes: Scopes): boolean {
  return requirements.every((requirement) => permits(requirement, scopes));
}
