import { isNonNullType, Kind, valueFromAST, visit, type GraphQLArgument, type ValueNode } from 'graphql';
import type { CoercedVariables } from '../selection/conditions.ts';
import { reject, type Variables } from './variable-coercion.ts';

/** Evaluates an argument in an operation: `undefined` where it is absent. Throws where GraphQL reports an error. */
type Evaluate = (variables: CoercedVariables) => unknown;

/** An argument of a field of a query: the name of its input, its definition, and its value as it is written there. */
export type WrittenArgument = { input: string; definition: GraphQLArgument; value: ValueNode | undefined };

function hasVariables(value: ValueNode): boolean {
  let found = false;
  visit(value, {
    Variable() {
      found = true;
    },
  });
  return found;
}

/** Passes on a variable, whose type GraphQL has compared with that of the argument. */
function evaluateVariable(name: string, { type, defaultValue }: GraphQLArgument): Evaluate {
  const required = isNonNullType(type);
  return (variables) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : defaultValue;
    return required && (value === null || value === undefined) ? reject() : value;
  };
}

/**
 * The arguments of all fields of a compiled query, evaluated as `getArgumentValues` of graphql-js does. What does not
 * depend on variables is evaluated once.
 */
export class QueryInputs {
  readonly #constants: Record<string, unknown> = {};
  readonly #varying: { input: string; evaluate: Evaluate }[] = [];

  /** The arguments are those of a validated query. */
  constructor(written: readonly WrittenArgument[]) {
    for (const { input, definition, value } of written) {
      const { type, defaultValue } = definition;
      if (value?.kind === Kind.VARIABLE) {
        this.#varying.push({ input, evaluate: evaluateVariable(value.name.value, definition) });
      } else if (value !== undefined && hasVariables(value)) {
        this.#varying.push({
          input,
          evaluate: (variables) => valueFromAST(value, type, variables) ?? reject(),
        });
      } else {
        const constant = value === undefined ? defaultValue : valueFromAST(value, type);
        if (constant !== undefined) this.#constants[input] = constant;
      }
    }
  }

  /** The arguments in one operation, by the names of their inputs; `null` where GraphQL reports an error. */
  evaluate(variables: CoercedVariables): Variables | null {
    const inputs = { ...this.#constants };
    try {
      for (const { input, evaluate } of this.#varying) {
        const value = evaluate(variables);
        if (value !== undefined) inputs[input] = value;
      }
      return inputs;
    } catch {
      return null;
    }
  }
}
