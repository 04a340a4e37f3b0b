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
import { policyOf } from '../schema/field-policy.ts';
import { requiredLevel } from '../selection/fetch-levels.ts';
import { ENTITY_SCOPES } from '../schema/enforce-scopes.ts';

/** A query that asks for nothing personal, so that nothing in it can be refused or lacking once its caller has these scopes. */
export type NonPersonalQuery = {
  /** The name of its one operation, if it has one. */
  operationName: string | null;
  /** What it takes to be answered all of its fields. */
  requirements: readonly Requirement[];
  /** How many fields it has, with its fragments written out. */
  fields: number;
};

/** Thrown for what makes a query another one than this. */
class NotCompilable extends Error {}

/** What a field requires. Throws `NotOpen` for what is personal, and for what GraphQL itself has to answer. */
function requirementOf(type: GraphQLNamedType, name: string): Requirement {
  if (name === '_entities') return ENTITY_SCOPES;
  const field = isObjectType(type) && !name.startsWith('_') ? type.getFields()[name] : undefined;
  if (field === undefined) throw new NotCompilable();
  const { requirement, personal } = policyOf(field);
  if (personal || !covers('summary', requiredLevel(type.name, name))) throw new NotCompilable();
  return requirement;
}

/**
 * Aliases that the compiler takes as they are: it joins the names on the way to a field by underscores to name what belongs to
 * it, so that `a { b_c }` and `a_b { c }` would be the same.
 */
const PLAIN_ALIAS = /^[a-z][a-z0-9]*$/i;

function readSelections(
  root: SelectionSetNode,
  rootType: GraphQLNamedType,
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Omit<NonPersonalQuery, 'operationName'> {
  const requirements = new Set<Requirement>();
  let fields = 0;

  function readField(node: FieldNode, type: GraphQLNamedType): void {
    fields += 1;
    if (node.alias !== undefined && !PLAIN_ALIAS.test(node.alias.value)) throw new NotCompilable();
    const name = node.name.value;
    if (name === '__typename') return;
    requirements.add(requirementOf(type, name));
    const field = isObjectType(type) ? type.getFields()[name] : undefined;
    if (node.selectionSet !== undefined && field !== undefined)
      read(node.selectionSet, getNamedType(field.type));
  }

  function readSelection(node: SelectionNode, type: GraphQLNamedType): void {
    // What is left out by a variable is decided in each operation anew.
    if (node.directives !== undefined && node.directives.length > 0) throw new NotCompilable();
    if (node.kind === Kind.FIELD) {
      readField(node, type);
      return;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    const condition = fragment?.typeCondition?.name.value;
    const its = condition === undefined ? type : schema.getType(condition);
    if (fragment === undefined || its === undefined) throw new NotCompilable();
    read(fragment.selectionSet, its);
  }

  function read({ selections }: SelectionSetNode, type: GraphQLNamedType): void {
    for (const node of selections) readSelection(node, type);
  }

  read(root, rootType);
  return { requirements: [...requirements], fields };
}

/** Reads a document that was validated. `null` where it is no open query; then nothing is wrong with it. */
export function readNonPersonalQuery(document: DocumentNode, schema: GraphQLSchema): NonPersonalQuery | null {
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  const queryType = schema.getQueryType();
  const isOneQuery = operations.length === 1 && operation?.operation === OperationTypeNode.QUERY;
  if (!isOneQuery || !queryType || (operation.directives?.length ?? 0) > 0) return null;
  const fragments = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  try {
    const read = readSelections(operation.selectionSet, queryType, schema, byName);
    return { operationName: operation.name?.value ?? null, ...read };
  } catch (error) {
    if (error instanceof NotCompilable) return null;
    throw error;
  }
}

/** Whether a caller with these scopes may have all that an open query asks for. */
export function isPermitted({ requirements }: NonPersonalQuery, scopes: Scopes): boolean {
  return requirements.every((requirement) => permits(requirement, scopes));
}
