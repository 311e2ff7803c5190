/** Entries of an export that an import must not open. Each contains the canary. */

/** Word that must not be anywhere but in these entries, and in the e-mail address of `profile.csv`. */
export const exportCanary = "canary-7f3a-do-not-open"

const tables: Readonly<Record<string, string>> = {
  "privacy_zones.csv": "Address,Radius,Latitude & Longitude",
  "logins.csv": "Login Date,Login IP,Login Provider",
  "contacts.csv": "Name,Email Address,Phone",
  "orders.csv": "Order Date,Order Total,Address",
  "mobile_device_identifiers.csv": "Device Type,Identifier",
  "followers.csv": "Follower Athlete ID,Follow Status",
  "following.csv": "Athlete Following ID,Follow Status",
  "email_preferences.csv": "Email Preference Type,Preference",
  "comments.csv": "Comment Date,Comment",
  "reactions.csv": "Reaction Date,Reaction Type,Parent Type,Parent ID",
  "components.csv": "Bike Name,Component Type,Component Brand,Component Model",
  "general_preferences.csv": "Date of Birth,Weight,Functional Threshold Power,Maximum Heartrate",
  "routes.csv": "Route Name,Route Filename",
  "segments.csv": "Segment Name,Start Latitude,Start Longitude",
}

/** Returns the names and texts of these entries. */
export const privateFiles = (): ReadonlyArray<readonly [name: string, text: string]> => [
  ...Object.entries(tables).map(([name, header]) => {
    const cells = header.split(",").map((_, i) => i === 0 ? exportCanary : String(i))
    return [name, `${header}\n${cells.join(",")}\n`] as const
  }),
  ["messaging.json", `${JSON.stringify({ messages: [{ text: exportCanary }] })}\n`],
  ["routes/1.gpx", `<gpx><trk><name>${exportCanary}</name></trk></gpx>\n`],
]
