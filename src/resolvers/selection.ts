import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { greater, type Need } from '../domain/need.ts';
import { PROCESS_NEEDS, type NeedTable } from './process-needs.ts';

/** The part of GraphQLResolveInfo that tells what is selected; plain and compiled execution both have it. */
export type SelectionInfo = {
  fieldNodes: readonly FieldNode[];
  fragments: { readonly [name: string]: FragmentDefinitionNode };
};

/** The fields right below some selections, those of fragments included; each selection is entered once. */
function* fieldsIn(
  selections: readonly SelectionSetNode[],
  fragments: SelectionInfo['fragments'],
  entered: Set<SelectionSetNode> = new Set(),
): Generator<FieldNode> {
  for (const selection of selections) {
    if (entered.has(selection)) continue;
    entered.add(selection);
    for (const node of selection.selections) {
      if (node.kind === Kind.FIELD) {
        yield node;
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments[node.name.value] : node;
      if (fragment !== undefined) yield* fieldsIn([fragment.selectionSet], fragments, entered);
    }
  }
}

/** What some selections of one type need. All that is nested in a type is read together, however often it is written. */
function needOf(
  selections: readonly SelectionSetNode[],
  table: NeedTable,
  fragments: SelectionInfo['fragments'],
): Need {
  let need: Need = 'key';
  const nested = new Map<NeedTable, SelectionSetNode[]>();
  for (const { name, selectionSet } of fieldsIn(selections, fragments)) {
    // A field that is not in the table is of another type, which a fragment names: it is not seen on a process.
    const its = table[name.value] ?? 'key';
    if (typeof its === 'string') need = greater(need, its);
    else if (selectionSet !== undefined) {
      const same = nested.get(its);
      if (same === undefined) nested.set(its, [selectionSet]);
      else same.push(selectionSet);
    }
  }
  for (const [its, below] of nested) need = greater(need, needOf(below, its, fragments));
  return need;
}

type Selected = { fields: ReadonlySet<string>; need: Need };

function select({ fieldNodes, fragments }: SelectionInfo): Selected {
  const selections = fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const fields = new Set<string>();
  for (const { name } of fieldsIn(selections, fragments)) fields.add(name.value);
  return { fields, need: needOf(selections, PROCESS_NEEDS, fragments) };
}

/** By the node of the field, which lives as long as its parsed document does: decided once for an operation. */
const known = new WeakMap<FieldNode, Selected>();

function selected(info: SelectionInfo): Selected {
  const [node] = info.fieldNodes;
  // A field written several times is merged anew for each operation, and no single node stands for it.
  if (node === undefined || info.fieldNodes.length > 1) return select(info);
  let its = known.get(node);
  if (its === undefined) known.set(node, (its = select(info)));
  return its;
}

/**
 * The names (not aliases) of the fields that are selected right below a field, those of fragments included. It errs
 * towards more: fields under `@skip` and `@include` count, because the answer holds for all variables, and so do those
 * of fragments on any type, because `Process` is the only entity and a fragment may name it by `_Entity`.
 */
export function selectedFields(info: SelectionInfo): ReadonlySet<string> {
  return selected(info).fields;
}

/** What the selection below a field of type `Process` needs of the process; it errs towards more as well. */
export function neededOfProcess(info: SelectionInfo): Need {
  return selected(info).need;
}
