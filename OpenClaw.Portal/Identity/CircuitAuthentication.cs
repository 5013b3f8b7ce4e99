using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Portal.Identity;

/// <summary>
/// Who is signed in, for the life of a circuit: told at once when that sign-in ends, and asked every 20 seconds whether the
/// account still stands as it stood (security stamp).
/// </summary>
internal sealed class CircuitAuthentication : RevalidatingServerAuthenticationStateProvider
{
    private readonly IServiceScopeFactory _scopes;
    private readonly SignOuts _signOuts;

    public CircuitAuthentication(ILoggerFactory loggers, IServiceScopeFactory scopes, SignOuts signOuts)
        : base(loggers)
    {
        (_scopes, _signOuts) = (scopes, signOuts);
        signOuts.Ended += OnEnded;
    }

    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(20);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        if (_signOuts.IsEnded(authenticationState.User)) return false;
        await using var scope = _scopes.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var person = await people.GetUserAsync(authenticationState.User);
        var stamp = authenticationState.User.FindFirst(people.Options.ClaimsIdentity.SecurityStampClaimType)?.Value;
        return person is not null && stamp == await people.GetSecurityStampAsync(person);
    }

    protected override void Dispose(bool disposing)
    {
        _signOuts.Ended -= OnEnded;
        base.Dispose(disposing);
    }

    private async void OnEnded(string id)
    {
        try
        {
            var state = await GetAuthenticationStateAsync();
            if (SignOuts.IdOf(state.User) == id) SetAuthenticationState(Task.FromResult(new AuthenticationState(new())));
        }
        catch (ObjectDisposedException)
        {
            // the circuit closed meanwhile: nobody is left to tell
        }
        catch (InvalidOperationException)
        {
            // the circuit has not begun: its first request is refused by the cookie
        }
    }
}
