using System.Data.Common;
using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace OpenClaw.Portal.Identity.Live;

/// <summary>
/// Who is signed in, for the life of a circuit: told at once when that sign-in ends on this node, and asked every few seconds whether
/// it holds and whether the person's rights are what they were. Changed rights make the page that is open be decided anew.
/// </summary>
internal sealed partial class CircuitAuthentication : RevalidatingServerAuthenticationStateProvider
{
    private readonly LiveSignIns _signIns;
    private readonly RightsPrint _rights;
    private readonly ILogger<CircuitAuthentication> _logger;
    private string? _print;

    public CircuitAuthentication(ILoggerFactory loggers, LiveSignIns signIns, RightsPrint rights)
        : base(loggers)
    {
        (_signIns, _rights, _logger) = (signIns, rights, loggers.CreateLogger<CircuitAuthentication>());
        signIns.Ended += OnEnded;
    }

    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(5);

    /// <summary>Remembers the rights before the first page is shown, so that a change right after it is seen as one.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken) =>
        _print = await _rights.OfAsync((await GetAuthenticationStateAsync()).User, cancellationToken);

    /// <summary>Whether what the browser has sent may be acted on: nobody is signed in here, or the sign-in holds. Else the circuit is signed out.</summary>
    public async ValueTask<bool> StandsAsync(CancellationToken cancellationToken)
    {
        var user = (await GetAuthenticationStateAsync()).User;
        if (user.Identity?.IsAuthenticated != true || await _signIns.IsLiveAsync(user, used: true, cancellationToken)) return true;
        SignOut();
        return false;
    }

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        try
        {
            if (!await _signIns.IsLiveAsync(authenticationState.User, used: false, cancellationToken)) return false;
            var print = await _rights.OfAsync(authenticationState.User, cancellationToken);
            var changed = _print is not null && _print != print;
            _print = print;
            if (changed) SetAuthenticationState(Task.FromResult(new AuthenticationState(authenticationState.User)));
        }
        catch (DbException e)
        {
            // asked again in a few seconds; whatever the page does meanwhile asks for itself
            LogNotAsked(e);
        }

        return true;
    }

    protected override void Dispose(bool disposing)
    {
        _signIns.Ended -= OnEnded;
        base.Dispose(disposing);
    }

    private void SignOut() => SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal())));

    private async void OnEnded(Guid id)
    {
        try
        {
            if (LiveSignIns.IdOf((await GetAuthenticationStateAsync()).User) == id) SignOut();
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

    [LoggerMessage(5004, LogLevel.Warning, "Whether a sign-in still holds could not be asked; it is asked again in some seconds")]
    private partial void LogNotAsked(Exception fault);
}
