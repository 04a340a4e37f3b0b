import {
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Finds a fragment of the document by its name. */
export type FragmentOf = (name: string) => FragmentDefinitionNode | null | undefined;

/** The depth and the number of fields of a selection with its fragments expanded. */
export type QuerySize = { depth: number; fields: number };

const EMPTY: QuerySize = { depth: 0, fields: 0 };

/** graphql-js bounds the depth of introspection by its own rule; introspection fields count as fields. */
const isIntrospection = ({ name }: FieldNode): boolean => name.value.startsWith('__');

/**
 * Measures the selections of one document. Each fragment is measured once, so that fragments that spread each other
 * take time for their text only. graphql-js rejects a fragment that spreads itself; here it counts nothing.
 */
export class QuerySizer {
  readonly #fragmentOf: FragmentOf;
  readonly #measured = new Map<FragmentDefinitionNode, QuerySize>();

  constructor(fragmentOf: FragmentOf) {
    this.#fragmentOf = fragmentOf;
  }

  /** Measures a selection of the document. */
  measure({ selections }: SelectionSetNode): QuerySize {
    const sizes = selections.map((selection) => this.#measureSelection(selection));
    return {
      depth: sizes.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
      fields: sizes.reduce((sum, { fields }) => sum + fields, 0),
    };
  }

  #measureSelection(selection: SelectionNode): QuerySize {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#measureFragment(selection.name.value);
    const below = selection.selectionSet === undefined ? EMPTY : this.measure(selection.selectionSet);
    if (selection.kind === Kind.INLINE_FRAGMENT) return below;
    return { depth: isIntrospection(selection) ? 0 : below.depth + 1, fields: below.fields + 1 };
  }

  #measureFragment(name: string): QuerySize {
    const fragment = this.#fragmentOf(name);
    if (fragment === null || fragment === undefined) return EMPTY;
    const before = this.#measured.get(fragment);
    if (before !== undefined) return before;
    this.#measured.set(fragment, EMPTY);
    const size = this.measure(fragment.selectionSet);
    this.#measured.set(fragment, size);
    return size;
  }
}
