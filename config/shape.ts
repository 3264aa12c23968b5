import type { z } from 'zod';
import type { $ZodType, $ZodTypes } from 'zod/v4/core';

type Step = PropertyKey;

/** Takes off what wraps a schema without changing its keys: optional, default, nullable, pipe, lazy, readonly … */
function unwrap(schema: $ZodType): $ZodType {
  const def = (schema as $ZodTypes)._zod.def;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
    case 'nonoptional':
      return unwrap(def.innerType);
    case 'pipe':
      return unwrap(def.in);
    case 'lazy':
      return unwrap(def.getter());
    default:
      return schema;
  }
}

/** Every schema that may stand at `path`; several where a union leaves it open. */
function schemasAt(schema: $ZodType, path: readonly Step[]): readonly $ZodType[] {
  const plain = unwrap(schema);
  const def = (plain as $ZodTypes)._zod.def;
  if (def.type === 'union') return def.options.flatMap((option) => schemasAt(option, path));
  if (def.type === 'intersection') return [...schemasAt(def.left, path), ...schemasAt(def.right, path)];
  if (path.length === 0) return [plain];
  const [step, ...rest] = path;
  if (def.type === 'object') {
    const inner = def.shape[String(step)];
    return inner ? schemasAt(inner, rest) : [];
  }
  if (def.type === 'array') return schemasAt(def.element, rest);
  if (def.type === 'record') return schemasAt(def.valueType, rest);
  if (def.type === 'tuple') {
    const inner = def.items[Number(step)] ?? def.rest;
    return inner ? schemasAt(inner, rest) : [];
  }
  return [];
}

/** The keys that a schema knows at a place. */
export function keysAt(schema: z.ZodType, path: readonly Step[]): readonly string[] {
  const keys = schemasAt(schema, path).flatMap((found) => {
    const def = (found as $ZodTypes)._zod.def;
    return def.type === 'object' ? Object.keys(def.shape) : [];
  });
  return [...new Set(keys)];
}

/** The words that a schema accepts at a place: those of an enum, or of literals in a union. */
export function wordsAt(schema: z.ZodType, path: readonly Step[]): readonly string[] {
  const words = schemasAt(schema, path).flatMap((found) => {
    const def = (found as $ZodTypes)._zod.def;
    if (def.type === 'enum') return Object.values(def.entries);
    return def.type === 'literal' ? def.values : [];
  });
  return [...new Set(words.filter((word) => typeof word === 'string'))];
}
