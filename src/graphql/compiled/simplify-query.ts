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
  type ValueNode,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql';
import { isLeftOut, type CoercedVariables } from '../selection/conditions.ts';
import { inputName, QueryInputs, type FieldWithArguments } from './query-inputs.ts';

/** A query as it is compiled: it has no conditions, and all its arguments are variables. */
export type SimpleQuery = { document: DocumentNode; inputs: QueryInputs };

const nameNode = (value: string): NameNode => ({ kind: Kind.NAME, value });
const variableNode = (name: string): VariableNode => ({ kind: Kind.VARIABLE, name: nameNode(name) });

/** Declares variables on the only operation. `_Any` accepts every value as it is: the arguments are evaluated already. */
function declareVariables(
  { definitions, ...document }: DocumentNode,
  names: readonly string[],
): DocumentNode {
  const type = { kind: Kind.NAMED_TYPE, name: nameNode('_Any') } as const;
  const variableDefinitions = names.map((name): VariableDefinitionNode => {
    return { kind: Kind.VARIABLE_DEFINITION, variable: variableNode(name), type };
  });
  const declare = (node: DefinitionNode): DefinitionNode =>
    node.kind === Kind.OPERATION_DEFINITION ? { ...node, variableDefinitions } : node;
  return { ...document, definitions: definitions.map(declare) };
}

function isConstant(value: ValueNode): boolean {
  let constant = true;
  visit(value, {
    Variable() {
      constant = false;
    },
  });
  return constant;
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
  const fields: FieldWithArguments[] = [];
  const names: string[] = [];
  const typeInfo = new TypeInfo(schema);

  function passByVariables(node: FieldNode): ArgumentNode[] {
    const field = typeInfo.getFieldDef();
    if (!field || field.args.length === 0) return [];
    const number = fields.length;
    fields.push({ field, node, constant: (node.arguments ?? []).every(({ value }) => isConstant(value)) });
    return field.args.map(({ name }) => {
      names.push(inputName(number, name));
      return { kind: Kind.ARGUMENT, name: nameNode(name), value: variableNode(inputName(number, name)) };
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
  return { document: declareVariables(simple, names), inputs: new QueryInputs(fields) };
}
