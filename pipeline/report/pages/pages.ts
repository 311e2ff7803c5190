/** The pages of the site. */
import type { Page } from "../model/Panel.ts"
import type { SiteView } from "../model/SiteView.ts"
import { yearOf } from "../../metrics/days.ts"
import { activitiesPage } from "./activities/activitiesPage.ts"
import { activityPage } from "./activity/activityPage.ts"
import { dataPage } from "./data/dataPage.ts"
import { navigation } from "./frame.ts"
import { gearPage } from "./gear/gearPage.ts"
import { overviewPage } from "./overview/overviewPage.ts"
import { yearPage } from "./year/yearPage.ts"
import type { Html } from "../html.ts"

export const pages: ReadonlyArray<Page> = [
  overviewPage,
  activitiesPage,
  activityPage,
  yearPage,
  gearPage,
  dataPage,
]

/** Pages in the navigation, and the page that each stands for. */
const pageLinks = ({ site }: Pick<SiteView, "site">) =>
  [
    ["Overview", "#/", ""],
    ["Activities", "#/activities", "activities"],
    ["Year", `#/year/${yearOf(site.asOf.day)}`, "year"],
    ["Gear", "#/gear", "gear"],
    ["Data", "#/data", "data"],
  ] as const

/** Returns the navigation for the page `name`. An activity belongs to the list of activities. */
export const navigationOf = (view: SiteView, name: string): Html =>
  navigation(
    pageLinks(view).map(([title, address, page]) =>
      [title, address, page === (name === "activity" ? "activities" : name)] as const
    ),
  )
