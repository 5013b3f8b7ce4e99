using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace OpenClaw.Portal.Identity.Live;

/// <summary>Stands before everything that a browser sends over a circuit: after the sign-in has ended nothing gets through.</summary>
internal sealed class CircuitGuard(AuthenticationStateProvider authentication) : CircuitHandler
{
    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken) =>
        authentication is CircuitAuthentication own ? own.OpenAsync(cancellationToken) : Task.CompletedTask;

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next)
    {
        if (authentication is not CircuitAuthentication own) return next;
        return async context =>
        {
            if (await own.StandsAsync(CancellationToken.None)) await next(context);
        };
    }
}
