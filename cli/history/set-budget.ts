/** Writes a budget into an environment's file. */
import { join } from 'node:path';
import prettier from 'prettier';
import ts from 'typescript';
import { CliError } from '../errors.ts';
import { readText } from '../read-text.ts';
import { saveFile } from '../save-file.ts';
import { projectFolder } from '../scenario/project.ts';

/**
 * @returns a line that says what was written
 * @throws CliError where the file cannot be read, or has no object of that name to write into
 */
export async function setBudget(environment: string, budgetMs: number): Promise<string> {
  const file = `thresholds/${environment}.ts`;
  const path = join(projectFolder, file);
  const text = await readText(path).catch(() => {
    throw new CliError(`${file}: cannot be read: set budgetMs: ${budgetMs} where ${environment} is defined`);
  });
  const changed = withBudget(text, environment, budgetMs);
  if (changed === null)
    throw new CliError(`${file}: has no object ${environment} to write overhead.budgetMs: ${budgetMs} into`);
  const options = await prettier.resolveConfig(path);
  await saveFile(path, await prettier.format(changed, { ...options, parser: 'typescript' }));
  return `${file}: overhead.budgetMs is ${budgetMs} ms now`;
}

/** The text of an environment's file with another budget of P95; null where it has no such object. */
export function withBudget(text: string, environment: string, budgetMs: number): string | null {
  const source = ts.createSourceFile('environment.ts', text, ts.ScriptTarget.Latest, true);
  const declared = source.statements
    .flatMap((statement) => (ts.isVariableStatement(statement) ? statement.declarationList.declarations : []))
    .find(({ name }) => ts.isIdentifier(name) && name.text === environment);
  const object = objectOf(declared?.initializer);
  if (object === null) return null;
  const overhead = valueOf(object, 'overhead');
  if (overhead === null) return inserted(text, object, `overhead: { budgetMs: ${budgetMs} }`);
  const inOverhead = objectOf(overhead);
  if (inOverhead === null) return null;
  const inBudgets = objectOf(valueOf(inOverhead, 'budgets') ?? undefined);
  const old = (inBudgets && valueOf(inBudgets, 'p95Ms')) ?? valueOf(inOverhead, 'budgetMs');
  if (old === null) return inserted(text, inOverhead, `budgetMs: ${budgetMs}`);
  return `${text.slice(0, old.getStart())}${budgetMs}${text.slice(old.getEnd())}`;
}

function inserted(text: string, object: ts.ObjectLiteralExpression, property: string): string {
  const { end, length, hasTrailingComma } = object.properties;
  const [before, after] = hasTrailingComma ? [' ', ','] : [length === 0 ? ' ' : ', ', ''];
  return `${text.slice(0, end)}${before}${property}${after}${text.slice(end)}`;
}

function objectOf(value: ts.Expression | undefined): ts.ObjectLiteralExpression | null {
  if (value !== undefined && ts.isSatisfiesExpression(value)) return objectOf(value.expression);
  return value !== undefined && ts.isObjectLiteralExpression(value) ? value : null;
}

function valueOf(object: ts.ObjectLiteralExpression, name: string): ts.Expression | null {
  const found = object.properties.find(
    (property) =>
      ts.isPropertyAssignment(property) && ts.isIdentifier(property.name) && property.name.text === name,
  );
  return found !== undefined && ts.isPropertyAssignment(found) ? found.initializer : null;
}
