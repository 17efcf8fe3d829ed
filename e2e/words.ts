import type { Locator, Page } from '@playwright/test'

// What the stories look for in the pages: the words people read, in one place, and how a thing is found by them.

export const words = {
  public: {
    title: '我要求助',
    kinds: { trappedWater: '被水围困', injured: '有人受伤' },
    vulnerable: { elder: '老人', pregnant: '孕妇' },
    people: '几个人',
    text: '还有什么要说',
    phone: '手机号',
    submit: '提交求助',
    received: '求助已收到',
    look: '查看进展',
  },
  receipt: { title: '求助进展', verified: /^已核实/ },
  login: { name: '账号', password: '密码', submit: '登录' },
  needs: {
    title: '需求核实',
    arrivals: /新到/,
    outcomeVerified: '属实',
    needTitle: /需求名称|需求标题/,
    verify: /核实通过/,
    verified: /已核实|已通过/,
  },
  publish: {
    title: '需求发布',
    submit: /发布需求/,
    missing: /缺少?政府指令|未选择政府指令|缺政府指令/,
    newInstruction: /登记指令/,
    number: /文号/,
    issuer: /发文单位|下达单位/,
    save: /保存指令|登记/,
    published: /已发布/,
  },
  team: { title: '附近需要' },
  offer: {
    offer: /^报名/,
    preview: /发出后的审批路径/,
    county: '綦江区应急管理局',
    days: '3 天',
    inTwoHours: '2 小时后',
    send: /发出报名/,
    own: '我的报名',
    withGroup: /现由协调组/,
    match: '匹配需求',
    begin: '送审',
    approving: '审批中',
    accept: '同意接收',
    accepted: /接收地已同意接收/,
    sign: '同意并签署',
    approved: '已批准',
    order: '下达调度令',
    reportAt: '报到地点',
    reportTo: '接待人',
    contact: '联系电话',
    dispatch: /^调度令/,
    acknowledge: '收到',
    acknowledged: '已受令',
  },
  reception: {
    choose: '选择事件',
    flood: '綦江区“6·18”暴雨洪涝灾害',
    find: '查找队伍',
    look: '查找',
    everybody: '全部到场',
    addPerson: '添加人员',
    name: '姓名',
    less: /^减少/,
    checkIn: /^登记到场/,
    here: '已到场报备',
    gap: /未到 1 人、名单外 1 人/,
    back: '返回列表',
    blank: '登记未列入名单的队伍',
    teamName: '队伍名称',
    receive: '登记未经批准到场',
    unsent: /未上传 1 条/,
    unapproved: /^未经批准/,
    turnBack: '劝返队伍',
    turnedBack: '已劝返',
    whoInside: /查看在场人员/,
    walkIn: '临时加入',
  },
  incident: {
    record: '登记事件',
    name: '事件名称',
    serious: 'Ⅱ级 重大',
    waits: '机制尚未启动',
    activate: '启动机制',
    suggested: /达到建议启动条件/,
    reason: '启动理由',
    basis: '依据',
    running: '机制运行中',
    acting: /名册未经指挥部批准/,
    roster: '编组名册',
    draw: '拟制名册',
    prefilled: /已按各组成员单位和联络员预填/,
    save: '保存名册',
    submit: '报指挥部批准',
    approve: '登记批准',
    byPhone: '电话（口头）',
    decidedBy: '作出决定的单位或负责人',
    inForce: '现行名册',
    awaits: '待补文',
    overview: '总览',
    hand: '移交事项',
    coordination: '协调组',
    matter: '事项',
    nothing: '没有待接收的事项',
    take: '接收',
    doing: '办理中',
    taken: '接收事项',
    course: '过程记录',
  },
  mission: {
    board: '任务看板',
    give: '下达任务',
    goal: '任务内容',
    sector: '作业区',
    contact: '现场联系',
    until: '完成时限',
    chooseAll: '全选空闲人员',
    given: '已下达',
    accept: '接受任务',
    setOut: '出发',
    arrive: '到达现场',
    progress: '报进展',
    moved: '转移（人）',
    allSafe: '全员平安',
    finish: '报告完成',
    unsent: /条待发，有信号自动发出/,
    waiting: /^待发 \d+ 条/,
    awaits: '已报告完成，等待协调组确认。',
    confirm: '确认完成',
    confirmed: '已确认',
  },
}

/** A receipt as it is shown: 7K3M-92QX-4T8W-5. */
export const receiptForm = /\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\b/

/** One of the choices of a form, whether it is drawn as a tile or as a plain radio or box. */
export function choice(page: Page, name: string): Locator {
  const by = (role: 'radio' | 'checkbox' | 'button') => page.getByRole(role, { name, exact: true })
  return by('radio').or(by('checkbox')).or(by('button')).first()
}

/** The entry of a list that shows a text, whatever element the list is made of. */
export function entry(page: Page, text: string): Locator {
  return page.locator('[role=option], [role=row], tr, li, article', { hasText: text }).first()
}

/** A button by its words. */
export function button(page: Page, name: string | RegExp): Locator {
  return page.getByRole('button', { name }).first()
}
