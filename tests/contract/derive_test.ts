/** The derivation of a contract from an OpenAPI document, with a small example. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { contractRequests, type Document, relaxed } from "./derive.ts"
import { test } from "../testing.ts"
import { stravaContract } from "./contract.ts"

const document: Document = {
  parameters: { page: { name: "page", in: "query", type: "integer" } },
  paths: {
    "/trees": {
      get: {
        parameters: [
          { $ref: "#/parameters/page" },
          { name: "kinds", in: "query", required: true, type: "array", items: { type: "string" } },
          { name: "id", in: "path", required: true, type: "integer" },
        ],
        responses: {
          "200": { schema: { type: "array", items: { $ref: "#/definitions/Tree" } } },
        },
      },
    },
  },
  definitions: {
    Plant: { type: "object", properties: { id: { type: "integer", format: "int64" } } },
    Tree: {
      allOf: [{ $ref: "#/definitions/Plant" }, {
        properties: {
          height: { type: "number" },
          age: { type: "integer" },
          kind: { $ref: "#/definitions/Kind" },
          place: { $ref: "#/definitions/Place" },
          branches: { type: "array", items: { $ref: "#/definitions/Tree" } },
          bark: { type: "object", properties: { rough: { type: "boolean" } } },
          names: { type: "object" },
        },
      }],
    },
    Kind: { type: "string", enum: ["oak", "elm"] },
    Place: { type: "array", items: { type: "number" } },
  },
}

test("a contract keeps base types, follows references, and opens enumerations", () =>
  Effect.sync(() => {
    const { endpoints, shapes, words } = relaxed(document, ["/trees"])
    assert.deepEqual(endpoints, {
      "GET /trees": { query: { page: "number", "kinds!": "[string]" }, response: "[Tree]" },
    })
    assert.deepEqual(shapes, {
      Tree: {
        id: "integer",
        height: "number",
        age: "number",
        kind: "string",
        place: "[number]",
        branches: "[Tree]",
        bark: "Tree.bark",
        names: "object",
      },
      "Tree.bark": { rough: "boolean" },
    })
    assert.deepEqual(words, { Kind: ["oak", "elm"] })
  }))

test("the derivation names an endpoint that the document lacks", () =>
  Effect.sync(() => {
    assert.throws(() => relaxed(document, ["/bushes"]), /response to GET \/bushes/)
  }))

test("the committed contract has every endpoint that the client requests, and errors", () =>
  Effect.sync(() => {
    assert.deepEqual(
      Object.keys(stravaContract.endpoints),
      contractRequests.map((path) => `GET ${path}`),
    )
    assert.ok(stravaContract.shapes["Fault"])
  }))
