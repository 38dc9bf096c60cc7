"use strict";

const at = (id) => document.getElementById(id);
const money = (cents) => `€${(cents / 100).toFixed(2)}`;
const shop = { product: null, shipping: [], quantity: 1 };

async function load() {
  const all = await (await fetch("/api")).json();
  [shop.product] = all.products;
  shop.shipping = all.shipping;
  at("product").textContent = shop.product.name;
  at("price").textContent = `${money(shop.product.cents)} each`;
  at("shipping").replaceChildren(...shop.shipping.map(choice));
  total();
}

function choice({ name, cents }, index) {
  const radio = Object.assign(document.createElement("input"), {
    type: "radio", name: "shipping", value: name, checked: index === 0, onchange: total,
  });
  radio.setAttribute("aria-label", name);
  const label = document.createElement("label");
  const words = Object.assign(document.createElement("span"), { textContent: name });
  label.append(radio, words, money(cents));
  return label;
}

function total() {
  const chosen = new FormData(at("form")).get("shipping");
  const fee = shop.shipping.find(({ name }) => name === chosen).cents;
  const goods = shop.quantity * shop.product.cents;
  at("quantity").textContent = shop.quantity;
  at("subtotal").textContent = money(goods);
  at("fee").textContent = money(fee);
  at("total").textContent = money(goods + fee);
}

function change(by) {
  shop.quantity = Math.min(Math.max(shop.quantity + by, 1), 20);
  total();
}

async function order(event) {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(at("form")));
  const empty = Object.values(fields).some((value) => !value.trim());
  at("problem").hidden = !empty;
  at("problem").textContent = "Please fill in every field.";
  if (empty) return;
  const body = JSON.stringify({ ...fields, quantity: shop.quantity });
  thank(await (await fetch("/api/orders", { method: "POST", body })).json());
}

function thank(placed) {
  at("checkout").hidden = true;
  at("done").hidden = false;
  at("at-checkout").removeAttribute("aria-current");
  at("at-done").setAttribute("aria-current", "step");
  at("number").textContent = `Order ${placed.number}. A receipt is on its way to ${placed.email}.`;
  const lines = {
    Product: shop.product.name,
    Quantity: placed.quantity,
    "Deliver to": `${placed.name}, ${placed.street}, ${placed.postcode} ${placed.city}, ${placed.country}`,
    Shipping: placed.shipping,
    "Total paid": money(placed.cents),
  };
  at("receipt").replaceChildren(...Object.entries(lines).flatMap(([term, text]) => [
    Object.assign(document.createElement("dt"), { textContent: term }),
    Object.assign(document.createElement("dd"), { textContent: text }),
  ]));
  window.scrollTo(0, 0);
}

at("more").onclick = () => change(1);
at("fewer").onclick = () => change(-1);
at("form").onsubmit = order;
load();
