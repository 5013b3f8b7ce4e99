using Microsoft.AspNetCore.Components;
using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Components;

/// <summary>Leaves the circuit for the sign-in page and remembers where the person wanted to go.</summary>
public sealed class RedirectToSignIn(NavigationManager navigation) : ComponentBase
{
    /// <inheritdoc />
    protected override void OnInitialized() =>
        navigation.NavigateTo($"{PortalPaths.SignIn}?returnUrl={Uri.EscapeDataString(new Uri(navigation.Uri).PathAndQuery)}", forceLoad: true);
}
