//! Addresses and networks.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Outcome, integer_at, text_at};
use crate::fault::Fault;
use crate::value::Value;

/// A network: its address with nothing behind the prefix.
#[derive(Clone, Copy)]
struct Network {
    /// As a number of `bits` bits.
    address: u128,
    prefix: u32,
    /// 32 or 128.
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Result<Network, Fault> {
        let broken = || Fault::new(format!("`{text}` is no network like 10.0.0.0/8"));
        let (address, prefix) = text.split_once('/').ok_or_else(broken)?;
        let prefix: u32 = prefix.parse().map_err(|_| broken())?;
        let (address, bits) = if address.contains(':') {
            let address: Ipv6Addr = address.parse().map_err(|_| broken())?;
            (u128::from(address), 128)
        } else {
            // Terraform takes zeros in front of a number for decimal.
            let parts: Vec<Option<u8>> = address
                .split('.')
                .map(|part| part.parse::<u8>().ok().filter(|_| part.bytes().all(|b| b.is_ascii_digit())))
                .collect();
            match parts.as_slice() {
                [Some(a), Some(b), Some(c), Some(d)] => (u128::from(u32::from(Ipv4Addr::new(*a, *b, *c, *d))), 32),
                _ => return Err(broken()),
            }
        };
        if prefix > bits {
            return Err(broken());
        }
        let network = Network { address, prefix, bits };
        Ok(Network { address: address & !network.host_mask(), ..network })
    }

    /// The bits behind the prefix.
    fn host_mask(self) -> u128 {
        let host = self.bits - self.prefix;
        if host >= 128 { u128::MAX } else { (1_u128 << host) - 1 }
    }

    fn show_address(self, address: u128) -> String {
        if self.bits == 32 {
            Ipv4Addr::from(u32::try_from(address).unwrap_or(0)).to_string()
        } else {
            Ipv6Addr::from(address).to_string()
        }
    }

    fn show(self) -> String {
        format!("{}/{}", self.show_address(self.address), self.prefix)
    }

    /// The network of a number among those that are `new_bits` longer.
    fn subnet(self, new_bits: u32, number: u128) -> Result<Network, Fault> {
        let prefix = self.prefix.saturating_add(new_bits);
        if prefix > self.bits {
            return Err(Fault::new(format!(
                "not enough bits for {new_bits} more behind the prefix of {}: there are {}",
                self.show(),
                self.bits - self.prefix
            )));
        }
        if new_bits < 128 && number >> new_bits != 0 {
            return Err(Fault::new(format!("a prefix of {new_bits} more bits has no network {number}")));
        }
        let shift = self.bits - prefix;
        let offset = if shift >= 128 { 0 } else { number << shift };
        Ok(Network { address: self.address | offset, prefix, bits: self.bits })
    }
}

pub(super) fn cidrhost(values: &[Value]) -> Outcome {
    let network = Network::parse(text_at(values, 0)?)?;
    let number = integer_at(values, 1)?;
    let too_large = || Fault::new(format!("the network {} has no address {number}", network.show()));
    let offset = if number < 0 {
        // From the end.
        let back = number.unsigned_abs() - 1;
        network.host_mask().checked_sub(back).ok_or_else(too_large)?
    } else {
        let offset = number.unsigned_abs();
        if offset > network.host_mask() {
            return Err(too_large());
        }
        offset
    };
    Ok(Value::text(network.show_address(network.address | offset)))
}

pub(super) fn cidrnetmask(values: &[Value]) -> Outcome {
    let network = Network::parse(text_at(values, 0)?)?;
    if network.bits != 32 {
        return Err(Fault::new("a mask is written for IPv4 only"));
    }
    Ok(Value::text(network.show_address(u128::from(u32::MAX) & !network.host_mask())))
}

pub(super) fn cidrsubnet(values: &[Value]) -> Outcome {
    let network = Network::parse(text_at(values, 0)?)?;
    let new_bits = u32::try_from(integer_at(values, 1)?).map_err(|_| Fault::new("the bits must not be below zero"))?;
    let number = u128::try_from(integer_at(values, 2)?).map_err(|_| Fault::new("the number must not be below zero"))?;
    Ok(Value::text(network.subnet(new_bits, number)?.show()))
}

/// Networks one behind the other, each with so many bits more.
pub(super) fn cidrsubnets(values: &[Value]) -> Outcome {
    let network = Network::parse(text_at(values, 0)?)?;
    let mut networks = Vec::new();
    // Where the next may begin, from the start of the network.
    let mut next = 0_u128;
    for index in 1..values.len() {
        let new_bits = integer_at(values, index)?;
        let new_bits = u32::try_from(new_bits).ok().filter(|bits| (1..=32).contains(bits));
        let new_bits = new_bits.ok_or_else(|| Fault::new("the bits of each network must be from 1 to 32"))?;
        let first = network.subnet(new_bits, 0)?;
        let size = first.host_mask().saturating_add(1);
        let start = next.div_ceil(size).saturating_mul(size);
        if start > network.host_mask() {
            return Err(Fault::new(format!("there is no room left in {} for all networks", network.show())));
        }
        networks.push(Value::text(Network { address: network.address | start, ..first }.show()));
        next = start.saturating_add(size);
    }
    Ok(Value::list(networks))
}
