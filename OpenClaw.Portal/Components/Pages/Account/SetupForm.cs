using OpenClaw.Gateway.Core.Administration.Input;
using System.ComponentModel.DataAnnotations;
using OpenClaw.Portal.Hosting;

namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>What the first visitor fills in. All rules stand in one place, so that all faults are told at once.</summary>
internal sealed class SetupForm : IValidatableObject
{
    public string Code { get; set; } = "";

    public string Email { get; set; } = "";

    public string Password { get; set; } = "";

    public string Repeat { get; set; } = "";

    public string TenantName { get; set; } = "";

    public string TenantSlug { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(Code)) yield return new("Enter the code that the gateway printed in its log.", [nameof(Code)]);
        if (!GatewayConfiguration.IsEmail((Email ?? "").Trim())) yield return new("Enter your e-mail address.", [nameof(Email)]);
        if (Password is not { Length: >= GatewayConfiguration.MinPasswordLength and <= 256 }) yield return new($"A password has {GatewayConfiguration.MinPasswordLength} to 256 characters.", [nameof(Password)]);
        else if (Password.Distinct().Count() < GatewayConfiguration.MinPasswordVariety) yield return new("Use more different characters.", [nameof(Password)]);
        if (Repeat != Password) yield return new("The two passwords differ.", [nameof(Repeat)]);
        if (!NameRule.Fits((TenantName ?? "").Trim())) yield return new(NameRule.Fault, [nameof(TenantName)]);
        if (!GatewayConfiguration.IsSlug((TenantSlug ?? "").Trim())) yield return new("1 to 40 lower-case letters, digits and inner hyphens.", [nameof(TenantSlug)]);
    }
}
