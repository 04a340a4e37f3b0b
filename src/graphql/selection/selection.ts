import {
  getNamedType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLResolveInfo,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { permits, type Scopes } from '../../domain/caller.ts';
import { maxLevel, type FetchLevel } from '../../domain/fetch-level.ts';
import { isInPayload, policyOf } from '../schema/field-policy.ts';
import { conditionVariables, isLeftOut, type CoercedVariables } from './conditions.ts';
import { requiredLevel } from './fetch-levels.ts';

/** The part of GraphQLResolveInfo that describes the selection; graphql-js and compiled execution both provide it. */
export type SelectionInfo = Pick<
  GraphQLResolveInfo,
  'fieldNodes' | 'fragments' | 'path' | 'schema' | 'variableValues'
>;

/**
 * What is selected below a field of type `Process`, as far as the caller may see it, without what `@skip` and
 * `@include` leave out.
 */
export type Selection = {
  /** The names (not aliases) of the fields directly below. */
  fields: ReadonlySet<string>;
  /** How far the process has to be read for all of it. */
  level: FetchLevel;
  /** The personal fields among it, such as `Person.duiValue`, each with the level that it is read at. */
  personal: ReadonlyMap<string, FetchLevel>;
};

/** The selection sets on a nested type, and the level of the fields that lead to it. */
type Nested = { selectionSets: SelectionSetNode[]; above: FetchLevel };

/**
 * Reads one selection. Fields of fragments on any type count, because `Process` is the only entity and a fragment may
 * name it by `_Entity`. A field that the caller may not see does not count: it is denied when it is resolved, and must
 * not cost a call.
 */
class SelectionReader {
  level: FetchLevel = 'key';
  /** Whether the values of variables decide what is left out, so that the selection is that of one operation. */
  conditional = false;
  readonly personal = new Map<string, FetchLevel>();
  readonly #info: SelectionInfo;
  readonly #scopes: Scopes;
  readonly #isInPayload: boolean;

  constructor(info: SelectionInfo, scopes: Scopes) {
    this.#info = info;
    this.#scopes = scopes;
    this.#isInPayload = isInPayload(info.path);
  }

  /**
   * Reads the selection sets on one type and returns the names of their fields; `above` is the level of the fields that
   * lead to the type. All selections on a nested type are read together, however often the field that leads to it is
   * written.
   */
  read(typeName: string, selectionSets: readonly SelectionSetNode[], above: FetchLevel): ReadonlySet<string> {
    const names = new Set<string>();
    const nestedByType = new Map<string, Nested>();
    const type = this.#info.schema.getType(typeName);
    const fieldsOfType = isObjectType(type) ? type.getFields() : {};
    for (const { name, selectionSet } of this.#fieldsIn(selectionSets)) {
      names.add(name.value);
      const field = Object.hasOwn(fieldsOfType, name.value) ? fieldsOfType[name.value] : undefined;
      // `__typename`, or a field of another type that a fragment names, which is not resolved on this one.
      if (field === undefined) continue;
      const { requirement, payloadRequirement, personal } = policyOf(field);
      if (!permits(this.#isInPayload ? payloadRequirement : requirement, this.#scopes)) continue;
      const level = maxLevel(above, requiredLevel(typeName, name.value));
      this.level = maxLevel(this.level, level);
      if (personal) this.personal.set(`${typeName}.${name.value}`, level);
      const nestedType = getNamedType(field.type).name;
      // Another process is resolved, and its selection is read, by itself.
      if (nestedType === 'Process' || selectionSet === undefined) continue;
      const nested = nestedByType.get(nestedType) ?? { selectionSets: [], above: level };
      nested.selectionSets.push(selectionSet);
      nested.above = maxLevel(nested.above, level);
      nestedByType.set(nestedType, nested);
    }
    for (const [nestedType, nested] of nestedByType) {
      this.read(nestedType, nested.selectionSets, nested.above);
    }
    return names;
  }

  /** The fields directly below some selection sets, and of their fragments; each selection set is entered once. */
  *#fieldsIn(
    selectionSets: readonly SelectionSetNode[],
    entered: Set<SelectionSetNode> = new Set(),
  ): Generator<FieldNode> {
    for (const selectionSet of selectionSets) {
      if (entered.has(selectionSet)) continue;
      entered.add(selectionSet);
      for (const node of selectionSet.selections) {
        if (this.#leavesOut(node)) continue;
        if (node.kind === Kind.FIELD) {
          yield node;
          continue;
        }
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#info.fragments[node.name.value] : node;
        if (fragment !== undefined) yield* this.#fieldsIn([fragment.selectionSet], entered);
      }
    }
  }

  #leavesOut(node: SelectionNode): boolean {
    if (node.directives === undefined || node.directives.length === 0) return false;
    this.conditional ||= conditionVariables(node).length > 0;
    return isLeftOut(node, this.#info.variableValues);
  }
}

/**
 * A field of type `Process`: its node, which lives as long as its parsed document. A field that is written several
 * times has no single node; its list of nodes lives as long as the operation.
 */
type SelectedField = FieldNode | readonly FieldNode[];

type SelectionCache = WeakMap<SelectedField, Map<Scopes, Selection>>;

/** A selection is read once for a document and scopes, if no variables decide what it leaves out. */
const selections: SelectionCache = new WeakMap();

/** The other selections are read once for an operation, by its variables. */
const selectionsByVariables = new WeakMap<CoercedVariables, SelectionCache>();

function store(cache: SelectionCache, field: SelectedField, scopes: Scopes, selection: Selection): void {
  const byScopes = cache.get(field);
  if (byScopes === undefined) cache.set(field, new Map([[scopes, selection]]));
  else byScopes.set(scopes, selection);
}

function readSelection(info: SelectionInfo, field: SelectedField, scopes: Scopes): Selection {
  const reader = new SelectionReader(info, scopes);
  const selectionSets = info.fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const fields = reader.read('Process', selectionSets, 'key');
  const { level, personal, conditional } = reader;
  const selection: Selection = { fields, level, personal };
  let cache = selections;
  if (conditional) {
    cache = selectionsByVariables.get(info.variableValues) ?? new WeakMap();
    selectionsByVariables.set(info.variableValues, cache);
  }
  store(cache, field, scopes, selection);
  return selection;
}

/** What an operation selects below a field of type `Process`, for a caller with these scopes. */
export function selectionOf(info: SelectionInfo, scopes: Scopes): Selection {
  const { fieldNodes, variableValues } = info;
  const field = fieldNodes.length === 1 ? (fieldNodes[0] ?? fieldNodes) : fieldNodes;
  return (
    selections.get(field)?.get(scopes) ??
    selectionsByVariables.get(variableValues)?.get(field)?.get(scopes) ??
    readSelection(info, field, scopes)
  );
}
