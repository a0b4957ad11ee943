// Puts a Markdown file into a pull request (GitHub) or merge request (GitLab) as a comment, and updates that comment
// from then on. Needs Node alone, so that a job that may write installs nothing.
//
//   node deploy/ci/comment.mjs <file.md>
//
// COMMENT_TOKEN   may write comments. Without it nothing is done, which is said and is no failure: a fork has none.
// GitHub          GITHUB_API_URL, GITHUB_REPOSITORY, and of the run that was tested HEAD_OWNER, HEAD_BRANCH, HEAD_SHA
// GitLab          CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID
import { existsSync, readFileSync } from 'node:fs';

/** By which our comment is known again. */
const MARK = '<!-- k6-overhead -->';
/** GitHub takes this many characters, GitLab more. */
const MOST_CHARACTERS = 65_536;
const CUT = '\n\n… The report is longer than a comment may be; all of it is in the artifacts.\n';
const PAGE = 100;

const { env } = process;
const [file = ''] = process.argv.slice(2);

try {
  console.log(await comment());
} catch (error) {
  console.error(`comment: ${error.message}`);
  process.exitCode = 1;
}

async function comment() {
  if (!existsSync(file)) return `comment: skipped, there is no ${file === '' ? 'file' : file}`;
  if (!env.COMMENT_TOKEN) return 'comment: skipped, there is no COMMENT_TOKEN here, as in a run of a fork';
  const place = env.CI_API_V4_URL ? gitLab() : await gitHub();
  if (place === null) return 'comment: skipped, no open pull request has the commit that was tested';
  const body = textOf(readFileSync(file, 'utf8'));
  const ours = await find(place);
  const answer =
    ours === undefined
      ? await call(place, 'POST', place.list, { body })
      : await call(place, place.updateMethod, place.one(ours.id), { body });
  return `comment: ${ours === undefined ? 'written' : 'updated'}${answer.html_url ? `, ${answer.html_url}` : ''}`;
}

/** The text comes from code that nobody has reviewed yet: it mentions nobody, and is no longer than it may be. */
function textOf(markdown) {
  const text = `${MARK}\n${markdown.replaceAll('@', '&#64;')}`;
  return text.length <= MOST_CHARACTERS ? text : text.slice(0, MOST_CHARACTERS - CUT.length) + CUT;
}

/** The pull request of the branch that was tested, if the commit still is its latest. */
async function gitHub() {
  const repository = `${needed('GITHUB_API_URL')}/repos/${needed('GITHUB_REPOSITORY')}`;
  const place = {
    headers: {
      Authorization: `Bearer ${env.COMMENT_TOKEN}`,
      Accept: 'application/vnd.github+json',
      'User-Agent': 'k6-overhead',
    },
    updateMethod: 'PATCH',
    one: (id) => `${repository}/issues/comments/${id}`,
  };
  const head = encodeURIComponent(`${needed('HEAD_OWNER')}:${needed('HEAD_BRANCH')}`);
  const open = await call(place, 'GET', `${repository}/pulls?state=open&head=${head}`);
  const pull = open.find(({ head: { sha } }) => sha === needed('HEAD_SHA'));
  if (pull === undefined) return null;
  // A comment that a person has copied from ours is theirs.
  return {
    ...place,
    list: `${repository}/issues/${pull.number}/comments`,
    isOurs: ({ body, user }) => user?.type === 'Bot' && (body ?? '').startsWith(MARK),
  };
}

function gitLab() {
  const notes = `${env.CI_API_V4_URL}/projects/${encodeURIComponent(needed('CI_PROJECT_ID'))}/merge_requests/${needed('CI_MERGE_REQUEST_IID')}/notes`;
  return {
    headers: { 'PRIVATE-TOKEN': env.COMMENT_TOKEN },
    updateMethod: 'PUT',
    list: notes,
    one: (id) => `${notes}/${id}`,
    isOurs: ({ body, system }) => system !== true && (body ?? '').startsWith(MARK),
  };
}

async function find(place) {
  for (let page = 1; ; page += 1) {
    const comments = await call(place, 'GET', `${place.list}?per_page=${PAGE}&page=${page}`);
    const ours = comments.find(place.isOurs);
    if (ours !== undefined || comments.length < PAGE) return ours;
  }
}

async function call({ headers }, method, url, body) {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  if (response.ok) return response.json();
  // The answer's body may hold what was sent: the status says enough.
  throw new Error(
    `${method} ${new URL(url).pathname} was answered ${response.status}; ${remedy(response.status)}`,
  );
}

function remedy(status) {
  if (status === 401) return 'COMMENT_TOKEN is not accepted';
  if (status === 403 || status === 404) return 'COMMENT_TOKEN may not write comments there';
  return 'try again';
}

function needed(name) {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
