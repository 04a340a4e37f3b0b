import {
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type NameNode,
  type SelectionNode,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql';
import { isLeftOut, type CoercedVariables } from '../selection/conditions.ts';
import { QueryInputs, type WrittenArgument } from './query-inputs.ts';

/** A query as it is compiled: it has no conditions, and all its arguments are variables. */
export type SimpleQuery = { document: DocumentNode; inputs: QueryInputs };

const nameNode = (value: string): NameNode => ({ kind: Kind.NAME, value });
const variableNode = (name: string): VariableNode => ({ kind: Kind.VARIABLE, name: nameNode(name) });

/** Declares variables on the only operation. `_Any` accepts every value as it is: the arguments are evaluated already. */
function declareVariables(
  { definitions, ...document }: DocumentNode,
  written: readonly WrittenArgument[],
): DocumentNode {
  const type = { kind: Kind.NAMED_TYPE, name: nameNode('_Any') } as const;
  const variableDefinitions = written.map(({ input }): VariableDefinitionNode => {
    return { kind: Kind.VARIABLE_DEFINITION, variable: variableNode(input), type };
  });
  const declare = (node: DefinitionNode): DefinitionNode =>
    node.kind === Kind.OPERATION_DEFINITION ? { ...node, variableDefinitions } : node;
  return { ...document, definitions: definitions.map(declare) };
}

/**
 * Rewrites a validated query for the compiler, whose evaluation of arguments, variables, `@skip` and `@include` differs
 * from GraphQL's: leaves out what the conditions leave out, and passes each argument by a variable of its own.
 */
export function simplifyQuery(
  document: DocumentNode,
  schema: GraphQLSchema,
  conditions: CoercedVariables,
): SimpleQuery {
  const written: WrittenArgument[] = [];
  const typeInfo = new TypeInfo(schema);

  function passByVariables({ arguments: given = [] }: FieldNode): ArgumentNode[] {
    return (typeInfo.getFieldDef()?.args ?? []).map((definition) => {
      const input = `${definition.name}_${written.length}`;
      const value = given.find(({ name }) => name.value === definition.name)?.value;
      written.push({ input, definition, value });
      return { kind: Kind.ARGUMENT, name: nameNode(definition.name), value: variableNode(input) };
    });
  }

  const unconditional = <Node extends SelectionNode>(node: Node): Node | null =>
    isLeftOut(node, conditions) ? null : { ...node, directives: [] };

  const simple = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field(node) {
        const included = unconditional(node);
        return included && { ...included, arguments: passByVariables(node) };
      },
      FragmentSpread: unconditional,
      InlineFragment: unconditional,
    }),
  );
  return { document: declareVariables(simple, written), inputs: new QueryInputs(written) };
}
