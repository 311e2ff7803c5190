/** Rules of style for `deno lint`, which parses the code for them; editors show what they find. */
import { archaicWords, beginsWithWhWord } from "./words.ts"

type Node = Deno.lint.Node
type Comment = Deno.lint.LineComment | Deno.lint.BlockComment

const longestFunction = 100
const deepestNesting = 4

const functions = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]
const control = ["If", "For", "ForIn", "ForOf", "While", "DoWhile", "Switch", "Try"]
  .map((name) => `${name}Statement`)

/** True if the node is a level of nesting: a control statement, or a function with a block. */
const isLevel = (node: Node): boolean => {
  if (functions.includes(node.type)) {
    return (node as Deno.lint.ArrowFunctionExpression).body.type === "BlockStatement"
  }
  const { parent } = node as Deno.lint.IfStatement
  const isElseIf = parent?.type === "IfStatement" && node.type === "IfStatement" &&
    parent.alternate?.range[0] === node.range[0]
  return control.includes(node.type) && !isElseIf
}

/** Returns the comments of a file; consecutive lines that begin with `//` are one. */
export const commentsOf = ({ ast, text }: Deno.lint.SourceCode): ReadonlyArray<Comment> =>
  ast.comments.reduce<ReadonlyArray<Comment>>((before, comment) => {
    const last = before.at(-1)
    const continues = last?.type === "Line" && comment.type === "Line" &&
      /^[ \t]*\n[ \t]*$/.test(text.slice(last.range[1], comment.range[0]))
    return continues
      ? [...before.slice(0, -1), {
        type: "Line",
        range: [last.range[0], comment.range[1]],
        value: `${last.value}\n${comment.value}`,
      }]
      : [...before, comment]
  }, [])

/**
 * Files that may name a sink: its folder and the registry. Tools and tests are not the program, and the
 * last two have the same words for a format of output: `--json`, `--format csv`.
 */
const namesSinks =
  /(^|\/)(sinks\/(json|csv|postgres|parquet)\/|sinks\/registry\.ts$|(tests|tools|examples)\/|pipeline\/(base\/LogFormat|output\/log\/\w+|commands\/(process\/flags|config\/configKeys|show))\.ts$)/

/** This rule's own words and its test; released migrations, and texts that older versions stored. */
const quotesWords =
  /(^|\/)(tools\/lint\/words|tests\/architecture\/lint_test|state\/file\/migrations|state\/ledger\/reasons|state\/reasons_test)\.ts$/

const plugin: Deno.lint.Plugin = {
  name: "paceline",
  rules: {
    "function-length": {
      create: (context) => ({
        [functions.join(", ")]: (node: Node) => {
          // A function of a test file can be a list of tests.
          if (/(^|\/)tests\//.test(context.filename)) return
          const lines = context.sourceCode.getText(node).split("\n").length
          if (lines <= longestFunction) return
          context.report({ node, message: `a function of ${lines} lines: split it` })
        },
      }),
    },
    "nesting": {
      create: (context) => ({
        [[...functions, ...control].join(", ")]: (node: Node) => {
          const depth = [node, ...context.sourceCode.getAncestors(node)].filter(isLevel).length
          if (depth <= deepestNesting || !isLevel(node)) return
          context.report({ node, message: `nested ${depth} levels deep: extract a function` })
        },
      }),
    },
    "wh-comment": {
      create: (context) => ({
        Program: () => {
          for (const { range, value } of commentsOf(context.sourceCode)) {
            if (!beginsWithWhWord(value)) continue
            const message = `begins with "${/\p{L}+/u.exec(value)}": begin with the thing or a verb`
            context.report({ range, message })
          }
        },
      }),
    },
    "archaic-word": {
      create: (context) => {
        const check = (range: Deno.lint.Range, text: string) => {
          if (quotesWords.test(context.filename)) return
          for (const message of archaicWords(text)) context.report({ range, message })
        }
        return {
          Program: () => {
            for (const { range, value } of context.sourceCode.ast.comments) check(range, value)
          },
          Literal: (node) => {
            // The name of a system user.
            if (typeof node.value === "string" && node.value !== "nobody") {
              check(node.range, node.value)
            }
          },
          TemplateElement: (node) => check(node.range, node.raw),
        }
      },
    },
    "sink-name": {
      create: (context) => ({
        Literal: (node) => {
          if (!["json", "csv", "postgres", "parquet"].includes(String(node.value))) return
          if ((node.parent as Node).type === "ImportAttribute") return
          if (namesSinks.test(context.filename)) return
          const message = `"${node.value}" outside its sink: ask the registry or the sink itself`
          context.report({ node, message })
        },
      }),
    },
  },
}
export default plugin
