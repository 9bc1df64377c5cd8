Hello %{ for i in items ~}
<${i}>
%{ endfor ~}
%{ if on }ON%{ else }OFF%{ endif }