import {
  getNamedType,
  isObjectType,
  Kind,
  OperationTypeNode,
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
  /** The name of its only operation; `null` for an anonymous one. */
  operationName: string | null;
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
 * Aliases that the compiler handles: it joins the names on the path to a field by underscores to name the field's data,
 * so that `a { b_c }` and `a_b { c }` would be the same.
 */
const PLAIN_ALIAS = /^[a-z][a-z0-9]*$/i;

/** Collects the requirements and counts the fields of one operation. */
class QueryReader {
  readonly requirements = new Set<Requirement>();
  fields = 0;
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#schema = schema;
    this.#fragments = fragments;
  }

  read({ selections }: SelectionSetNode, type: GraphQLNamedType): void {
    for (const node of selections) this.#readSelection(node, type);
  }

  #readSelection(node: SelectionNode, type: GraphQLNamedType): void {
    // What `@skip` and `@include` leave out depends on the variables of each request.
    if (node.directives !== undefined && node.directives.length > 0) throw new NotCompilable();
    if (node.kind === Kind.FIELD) {
      this.#readField(node, type);
      return;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value) : node;
    const condition = fragment?.typeCondition?.name.value;
    const fragmentType = condition === undefined ? type : this.#schema.getType(condition);
    if (fragment === undefined || fragmentType === undefined) throw new NotCompilable();
    this.read(fragment.selectionSet, fragmentType);
  }

  #readField(node: FieldNode, type: GraphQLNamedType): void {
    this.fields += 1;
    if (node.alias !== undefined && !PLAIN_ALIAS.test(node.alias.value)) throw new NotCompilable();
    const name = node.name.value;
    if (name === '__typename') return;
    this.requirements.add(requirementOf(type, name));
    const field = isObjectType(type) ? type.getFields()[name] : undefined;
    if (node.selectionSet !== undefined && field !== undefined) {
      this.read(node.selectionSet, getNamedType(field.type));
    }
  }
}

/** Reads a validated document; `null` when it is not a single non-personal query that the compiler handles. */
export function readNonPersonalQuery(document: DocumentNode, schema: GraphQLSchema): NonPersonalQuery | null {
  const { definitions } = document;
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const [operation] = operations;
  const queryType = schema.getQueryType();
  const isOneQuery = operations.length === 1 && operation?.operation === OperationTypeNode.QUERY;
  if (!isOneQuery || !queryType || (operation.directives?.length ?? 0) > 0) return null;
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  const reader = new QueryReader(schema, byName);
  try {
    reader.read(operation.selectionSet, queryType);
  } catch (error) {
    if (error instanceof NotCompilable) return null;
    throw error;
  }
  const { requirements, fields } = reader;
  return { operationName: operation.name?.value ?? null, requirements: [...requirements], fields };
}

/** Whether a caller with these scopes may read every field of the query. */
export function isPermitted({ requirements }: NonPersonalQuery, scopes: Scopes): boolean {
  return requirements.every((requirement) => permits(requirement, scopes));
}
