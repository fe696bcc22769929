package dev.whimbrel.analysis;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which measured forms statements have that change catalogs only: by their kind and by that of
 * their object, whatever it is called.
 */
final class CatalogForms {

  private static final String OF_ANY = "*";

  /** Kind of the statement, kind of the object, form. */
  private static final Map<String, String> FORMS =
      """
      AlterDefaultPrivilegesStmt * default-privileges
      AlterFunctionStmt * alter-function
      AlterOwnerStmt OBJECT_AGGREGATE function-owner
      AlterOwnerStmt OBJECT_COLLATION collation-owner
      AlterOwnerStmt OBJECT_DOMAIN domain-owner
      AlterOwnerStmt OBJECT_FUNCTION function-owner
      AlterOwnerStmt OBJECT_PROCEDURE function-owner
      AlterOwnerStmt OBJECT_PUBLICATION publication-owner
      AlterOwnerStmt OBJECT_ROUTINE function-owner
      AlterOwnerStmt OBJECT_SCHEMA schema-owner
      AlterOwnerStmt OBJECT_STATISTIC_EXT statistics-owner
      AlterOwnerStmt OBJECT_TYPE type-owner
      AlterObjectSchemaStmt OBJECT_AGGREGATE function-set-schema
      AlterObjectSchemaStmt OBJECT_DOMAIN domain-set-schema
      AlterObjectSchemaStmt OBJECT_FUNCTION function-set-schema
      AlterObjectSchemaStmt OBJECT_PROCEDURE function-set-schema
      AlterObjectSchemaStmt OBJECT_ROUTINE function-set-schema
      AlterObjectSchemaStmt OBJECT_TYPE type-set-schema
      AlterRoleSetStmt * alter-role-set
      AlterRoleStmt * alter-role
      CommentStmt OBJECT_AGGREGATE comment-on-function
      CommentStmt OBJECT_COLLATION comment-on-collation
      CommentStmt OBJECT_DATABASE comment-on-database
      CommentStmt OBJECT_DOMAIN comment-on-domain
      CommentStmt OBJECT_DOMCONSTRAINT comment-on-domain-constraint
      CommentStmt OBJECT_EXTENSION comment-on-extension
      CommentStmt OBJECT_FUNCTION comment-on-function
      CommentStmt OBJECT_PROCEDURE comment-on-function
      CommentStmt OBJECT_PUBLICATION comment-on-publication
      CommentStmt OBJECT_ROLE comment-on-role
      CommentStmt OBJECT_ROUTINE comment-on-function
      CommentStmt OBJECT_SCHEMA comment-on-schema
      CommentStmt OBJECT_STATISTIC_EXT comment-on-statistics
      CommentStmt OBJECT_TYPE comment-on-type
      CompositeTypeStmt * create-composite-type
      CreateCastStmt * create-cast
      CreateDomainStmt * create-domain
      CreateEnumStmt * create-type
      CreateRangeStmt * create-range-type
      CreateRoleStmt * create-role
      CreateSeqStmt * create-sequence
      DefineStmt OBJECT_AGGREGATE create-aggregate
      DefineStmt OBJECT_COLLATION create-collation
      DefineStmt OBJECT_OPERATOR create-operator
      DefineStmt OBJECT_TSCONFIGURATION create-text-search-configuration
      DefineStmt OBJECT_TSDICTIONARY create-text-search-dictionary
      DefineStmt OBJECT_TYPE create-shell-type
      DropRoleStmt * drop-role
      DropStmt OBJECT_AGGREGATE drop-aggregate
      DropStmt OBJECT_CAST drop-cast
      DropStmt OBJECT_COLLATION drop-collation
      DropStmt OBJECT_DOMAIN drop-domain
      DropStmt OBJECT_FUNCTION drop-function
      DropStmt OBJECT_OPERATOR drop-operator
      DropStmt OBJECT_PROCEDURE drop-function
      DropStmt OBJECT_PUBLICATION drop-publication
      DropStmt OBJECT_ROUTINE drop-function
      DropStmt OBJECT_TSCONFIGURATION drop-text-search-configuration
      DropStmt OBJECT_TYPE drop-type
      GrantRoleStmt * grant-role
      GrantStmt OBJECT_DATABASE grant-on-database
      GrantStmt OBJECT_DOMAIN grant-on-type
      GrantStmt OBJECT_FUNCTION grant-on-function
      GrantStmt OBJECT_LANGUAGE grant-on-language
      GrantStmt OBJECT_PROCEDURE grant-on-function
      GrantStmt OBJECT_ROUTINE grant-on-function
      GrantStmt OBJECT_SCHEMA grant-on-schema
      GrantStmt OBJECT_TYPE grant-on-type
      RenameStmt OBJECT_AGGREGATE rename-function
      RenameStmt OBJECT_COLLATION rename-collation
      RenameStmt OBJECT_DOMAIN rename-domain
      RenameStmt OBJECT_DOMCONSTRAINT rename-domain-constraint
      RenameStmt OBJECT_FUNCTION rename-function
      RenameStmt OBJECT_PROCEDURE rename-function
      RenameStmt OBJECT_PUBLICATION rename-publication
      RenameStmt OBJECT_ROLE rename-role
      RenameStmt OBJECT_ROUTINE rename-function
      RenameStmt OBJECT_SCHEMA rename-schema
      RenameStmt OBJECT_STATISTIC_EXT rename-statistics
      RenameStmt OBJECT_TYPE rename-type
      """
          .lines()
          .map(line -> line.split(" "))
          .collect(Collectors.toMap(parts -> parts[0] + " " + parts[1], parts -> parts[2]));

  private CatalogForms() {}

  /** The form; empty where nobody measured one. */
  static Optional<String> of(Node s) {
    return Optional.ofNullable(FORMS.get(s.kind() + " " + OF_ANY))
        .or(() -> Optional.ofNullable(FORMS.get(s.kind() + " " + object(s))));
  }

  /** What the statement is about, by the name that its node gives the field. */
  private static String object(Node s) {
    return switch (s.kind()) {
      case "AlterOwnerStmt", "AlterObjectSchemaStmt" -> s.text("objectType");
      case "DefineStmt" -> s.text("kind");
      case "DropStmt" -> s.text("removeType");
      case "RenameStmt" -> s.text("renameType");
      default -> s.text("objtype");
    };
  }
}
