import type { Plugin } from 'vite';

export const outputPath: string;
export function languages(): string[];
export function readCatalogue(language: string): unknown;
export function parametersOf(message: string): Record<string, 'number' | 'text'>;
export function compileCatalogue(language: string, catalogue: unknown): string;
export function typesOf(catalogue: unknown): string;
export function findProblems(base: unknown, other: unknown): string[];
export const laterSections: Readonly<Record<string, readonly string[]>>;
export function partOf(catalogue: object, part: string): object;
export function wordsPlugin(): Plugin;
