using Microsoft.AspNetCore.Components;
using OpenClaw.Portal.Hosting;
using OpenClaw.Portal.Identity.Accounts;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>The second step of signing in without the app.</summary>
public sealed partial class SignInRecovery
{
    [Inject]
    private SignInFlow Flow { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromForm(FormName = "recovery")]
    private string? Code { get; set; }

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    private string? Fault { get; set; }

    private IReadOnlyList<Suspension> Suspensions { get; set; } = [];

    private string Target => PortalPaths.IsLocal(ReturnUrl) ? ReturnUrl! : "./";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (await Flow.FindWaitingAsync() is null) Navigation.NavigateTo(PortalPaths.SignIn);
    }

    private async Task CheckAsync()
    {
        if (string.IsNullOrWhiteSpace(Code))
        {
            Fault = "Enter one of your recovery codes.";
            return;
        }

        var entry = await Flow.RecoveryAsync(Code);
        Suspensions = entry.Suspensions;
        if (entry.State == EntryState.Done) Navigation.NavigateTo(Target);
        else if (entry.State == EntryState.Locked) Fault = "After too many wrong codes your account rests for ten minutes. Try again then.";
        else if (entry.State == EntryState.Refused) Fault = "This is none of your recovery codes, or it was used.";
    }
}
