using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Hosting;
using OpenClaw.Portal.Identity;
using OpenClaw.Portal.Identity.Accounts;

namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>Where a link for a new password leads. Opening it changes nothing.</summary>
public sealed partial class ResetPassword
{
    /// <summary>The secret part of the link.</summary>
    [Parameter]
    public string Token { get; set; } = "";

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private ResetLinks Links { get; set; } = default!;

    [Inject]
    private PasswordResets Resets { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromForm(FormName = "reset")]
    private string? Next { get; set; }

    [SupplyParameterFromForm(FormName = "reset")]
    private string? Repeat { get; set; }

    private Person? Person { get; set; }

    private Faults Faults { get; set; } = [];

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        SecretAddress.Protect(Http);
        Person = await Links.FindAsync(Token, Http.RequestAborted);
    }

    private async Task ResetAsync()
    {
        if (PasswordRule.FaultOf(Next) is { } fault) Faults = Faults.At("Next", fault);
        else if (Next != Repeat) Faults = Faults.At("Repeat", "The two passwords differ.");
        else if (await Resets.ResetAsync(Token, Next!, Client.AddressOf(Http), Http.RequestAborted)) Navigation.NavigateTo(PortalPaths.SignIn + "?done=reset");
        else Person = null;
    }
}
