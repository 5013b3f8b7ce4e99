using Microsoft.AspNetCore.Components;
using OpenClaw.Portal.Hosting;
using OpenClaw.Portal.Identity.Accounts;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>The second step of signing in: the code of the authenticator app.</summary>
public sealed partial class SignInCode
{
    [Inject]
    private SignInFlow Flow { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromForm(FormName = "code")]
    private string? Code { get; set; }

    [SupplyParameterFromForm(FormName = "code")]
    private bool Device { get; set; }

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    [SupplyParameterFromQuery]
    private bool Remember { get; set; }

    private string? Fault { get; set; }

    private IReadOnlyList<Suspension> Suspensions { get; set; } = [];

    private string Target => PortalPaths.IsLocal(ReturnUrl) ? ReturnUrl! : "./";

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        // the first step holds for five minutes
        if (await Flow.FindWaitingAsync() is null) Navigation.NavigateTo(PortalPaths.SignIn);
    }

    private async Task CheckAsync()
    {
        if (string.IsNullOrWhiteSpace(Code))
        {
            Fault = "Enter the code.";
            return;
        }

        var entry = await Flow.CodeAsync(Code, Remember, Device);
        Suspensions = entry.Suspensions;
        if (entry.State == EntryState.Done) Navigation.NavigateTo(Target);
        else if (entry.State == EntryState.Locked) Fault = "After too many wrong codes your account rests for ten minutes. Try again then.";
        else if (entry.State == EntryState.Refused) Fault = "This code is not right. It changes every 30 seconds; check that the clock of your phone is right.";
    }
}
