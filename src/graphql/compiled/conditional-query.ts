import {
  Kind,
  OperationTypeNode,
  visit,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { conditionVariables, type CoercedVariables } from '../selection/conditions.ts';
import { VariableCoercion } from './variable-coercion.ts';

/** A query of which `@skip` and `@include` may leave something out in each operation. */
export type ConditionalQuery = {
  document: DocumentNode;
  /** The name of its only operation; `null` for an anonymous one. */
  operationName: string | null;
  variables: VariableCoercion;
  /** The names of the variables that decide what is left out. */
  conditions: readonly string[];
};

/** The only operation of a document; `null` where there are several. */
function onlyOperation({ definitions }: DocumentNode): OperationDefinitionNode | null {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  return operations.length === 1 ? (operations[0] ?? null) : null;
}

/** Reads a validated document; `null` when it is not a single query. */
export function readConditionalQuery(document: DocumentNode, schema: GraphQLSchema): ConditionalQuery | null {
  const operation = onlyOperation(document);
  if (operation?.operation !== OperationTypeNode.QUERY) return null;
  if ((operation.directives?.length ?? 0) > 0) return null;
  const conditions = new Set<string>();
  const collect = (node: SelectionNode): void => {
    for (const name of conditionVariables(node)) conditions.add(name);
  };
  visit(document, { Field: collect, FragmentSpread: collect, InlineFragment: collect });
  return {
    document,
    operationName: operation.name?.value ?? null,
    variables: new VariableCoercion(schema, operation.variableDefinitions ?? []),
    conditions: [...conditions],
  };
}

/**
 * Identifies the variant of a query in an operation: all operations with the same values of the conditions select the
 * same fields. `null` where a value is no boolean, which GraphQL has to report.
 */
export function variantOf({ conditions }: ConditionalQuery, variables: CoercedVariables): string | null {
  let variant = '';
  for (const name of conditions) {
    const value = variables[name];
    if (typeof value !== 'boolean') return null;
    variant += value ? '1' : '0';
  }
  return variant;
}
