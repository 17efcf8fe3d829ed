import { chromium } from '@playwright/test'
const base='http://127.0.0.1:8465'
const b=await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--use-angle=swiftshader']})
async function as(login, size, fn, phone){
  const c=await b.newContext({viewport:size, locale:'zh-CN', timezoneId:'Asia/Shanghai', deviceScaleFactor: 1, isMobile: !!phone, hasTouch: !!phone})
  const p=await c.newPage(); p.on('console',m=>{ if(m.type()==='error') console.log(login, m.text()) })
  const r=await c.request.post(base+'/api/v1/session',{data:{login,password:'lianyuan-demo-2026'}})
  if(!r.ok()) { console.log(await r.text()); }
  await fn(p,c); await c.close()
}
const D={width:1440,height:900}, P={width:390,height:844}
const shot=(p,n)=>p.screenshot({path:`/tmp/shots-leave/${n}.png`})
const which=process.argv[2]??'all'
if(which==='all'||which==='d') await as('xietiao',D,async p=>{
  await p.goto(base+'/app/withdrawal'); await p.waitForTimeout(2500); await shot(p,'d1-list'); console.log(p.url())
  await p.click('.rows .item'); await p.waitForSelector('.teams .team'); await p.waitForTimeout(400); await shot(p,'d2-wave')
  await p.emulateMedia({media:'print'}); await p.screenshot({path:'/tmp/shots-leave/d3-print.png',fullPage:true}); await p.emulateMedia({media:'screen'})
  await p.click('.teams .team:last-child'); await p.waitForTimeout(600)
  await p.click('.tabs button:nth-child(2)'); await p.waitForSelector('.rows .item'); await p.click('.rows .item'); await p.waitForSelector('.tick'); await p.waitForTimeout(400); await shot(p,'d4-count')
  await p.evaluate(()=>document.querySelector('.side .panel-body').scrollTo(0,9999)); await shot(p,'d5-count-bottom')
  await p.click('.panel-foot .primary'); await p.waitForTimeout(200); await shot(p,'d6-lacks')
  await p.click('.head .primary'); await p.waitForTimeout(500); await shot(p,'d7-plan')
})
if(which==='all'||which==='p') await as('jiedai',P,async p=>{
  await p.goto(base+'/app/withdrawal'); await p.waitForTimeout(1200); await shot(p,'p1-list')
  await p.click('.tabs button:nth-child(2)'); await p.waitForTimeout(300); await shot(p,'p2-count')
  await p.click('.rows .item'); await p.waitForSelector('.tick'); await p.waitForTimeout(400); await shot(p,'p3-sheet')
  await p.selectOption('.pick >> nth=1','missing'); await p.click('.tick >> nth=0'); await p.locator('.tick').nth(0).scrollIntoViewIfNeeded(); await p.waitForTimeout(200); await shot(p,'p4-sheet')
  await p.screenshot({path:'/tmp/shots-leave/p5-full.png',fullPage:true})
},true)
if(which==='all'||which==='l') await as('leader',P,async p=>{
  await p.goto(base+'/app/mywithdrawal'); await p.waitForTimeout(1200); await shot(p,'l1')
},true)
await b.close()
