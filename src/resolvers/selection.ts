import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

/** The part of GraphQLResolveInfo that tells what is selected; plain and compiled execution both have it. */
export type SelectionInfo = {
  fieldNodes: readonly FieldNode[];
  fragments: { readonly [name: string]: FragmentDefinitionNode };
};

function collect(
  selection: SelectionSetNode,
  typeName: string,
  fragments: SelectionInfo['fragments'],
  fields: Set<string>,
): void {
  for (const node of selection.selections) {
    if (node.kind === Kind.FIELD) {
      fields.add(node.name.value);
      continue;
    }
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments[node.name.value] : node;
    const condition = fragment?.typeCondition?.name.value ?? typeName;
    if (fragment !== undefined && condition === typeName)
      collect(fragment.selectionSet, typeName, fragments, fields);
  }
}

function collectFrom({ fieldNodes, fragments }: SelectionInfo, typeName: string): ReadonlySet<string> {
  const fields = new Set<string>();
  for (const { selectionSet } of fieldNodes) {
    if (selectionSet !== undefined) collect(selectionSet, typeName, fragments, fields);
  }
  return fields;
}

/** By the node of the field, which lives as long as its parsed document does: decided once for an operation. */
const known = new WeakMap<FieldNode, Map<string, ReadonlySet<string>>>();

/**
 * The names of the fields that are selected of `typeName` below a field, fragments included. Fields under `@skip` and
 * `@include` count as selected, because the answer holds for all variables. Field names, not aliases.
 */
export function selectedFields(info: SelectionInfo, typeName: string): ReadonlySet<string> {
  const [node] = info.fieldNodes;
  // A field written several times is merged anew for each operation, and no single node stands for it.
  if (node === undefined || info.fieldNodes.length > 1) return collectFrom(info, typeName);
  let byType = known.get(node);
  if (byType === undefined) known.set(node, (byType = new Map()));
  let fields = byType.get(typeName);
  if (fields === undefined) byType.set(typeName, (fields = collectFrom(info, typeName)));
  return fields;
}
