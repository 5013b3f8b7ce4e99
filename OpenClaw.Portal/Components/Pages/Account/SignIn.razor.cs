using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using OpenClaw.Portal.Hosting;
using OpenClaw.Portal.Identity.Accounts;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>Sign-in by password or passkey. What it says does not tell whether an account exists.</summary>
public sealed partial class SignIn
{
    private const string WrongSentence = "E-mail address and password do not match an account. After ten wrong passwords an account rests for ten minutes.";
    private const string WrongPasskey = "This passkey does not open an account here, or the browser took too long. Try again, or use your password.";

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private SignInFlow Flow { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromForm(FormName = "sign-in")]
    private SignInForm Input { get; set; } = default!;

    [SupplyParameterFromForm(FormName = "passkey")]
    private string? Credential { get; set; }

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    [SupplyParameterFromQuery]
    private string? Done { get; set; }

    private string? Fault { get; set; }

    private IReadOnlyList<Suspension> Suspensions { get; set; } = [];

    private string Target => PortalPaths.IsLocal(ReturnUrl) ? ReturnUrl! : "./";

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        Input ??= new();
        if (Http.User.Identity?.IsAuthenticated == true && HttpMethods.IsGet(Http.Request.Method)) Navigation.NavigateTo(Target);
    }

    private async Task SignInAsync() => Follow(await Flow.PasswordAsync(Input.Email.Trim(), Input.Password, Input.Remember), WrongSentence);

    private async Task PasskeyAsync() => Follow(string.IsNullOrEmpty(Credential) ? Entry.Refused : await Flow.PasskeyAsync(Credential), WrongPasskey);

    private void Follow(Entry entry, string refused)
    {
        Suspensions = entry.Suspensions;
        if (entry.State == EntryState.Done) Navigation.NavigateTo(Target);
        else if (entry.State == EntryState.SecondFactor) Navigation.NavigateTo(SecondStep.Address(PortalPaths.SignInCode, Target, Input.Remember));
        else if (entry.State != EntryState.ShutOut) Fault = refused;
    }

    /// <summary>The form.</summary>
    private sealed class SignInForm
    {
        [Required(ErrorMessage = "Enter your e-mail address.")]
        [StringLength(256, ErrorMessage = "An e-mail address is not that long.")]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Enter your password.")]
        [StringLength(256, ErrorMessage = "A password has at most 256 characters.")]
        public string Password { get; set; } = "";

        public bool Remember { get; set; }
    }
}
